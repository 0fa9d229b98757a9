import type { HealthSettings, LinkConfig } from "../../src/core/config.ts"
import type { ProbeSpec } from "../../src/core/probe-spec.ts"
import type { FamilyConfig } from "../../src/core/family.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import type { Peer } from "../../src/core/peers.ts"
import type { Facts } from "../../src/core/facts.ts"

/** The defaults of the configuration file. */
export const SETTINGS: HealthSettings = {
  intervalMs: 500,
  timeoutMs: "auto",
  downAfterMs: 1000,
  upAfterMs: 10_000,
  quorum: 1,
  degraded: { lossRatio: 0.2, rttMs: 300, share: 0.5 },
  damping: { halfLifeMs: 300_000, suppress: 3, reuse: 1 },
}

const TARGETS: readonly ProbeSpec[] = [
  { kind: "icmp", address: "1.1.1.1" },
  { kind: "tcp", address: "8.8.8.8", port: 53 },
  { kind: "icmp", address: "9.9.9.9" },
]

export const PLUGGED_IN: Facts = {
  index: 2,
  carrier: true,
  address: "192.0.2.2",
  gateway: "192.0.2.1",
  pointToPoint: false,
}

/** `isp1` on eth0 with mark 1, `isp2` on eth1 with mark 2, and so on. */
export function link(number: number, changes: Partial<LinkConfig> = {}): LinkConfig {
  return {
    name: `isp${number}`,
    interface: `eth${number - 1}`,
    mark: number,
    weight: 50,
    tier: 1,
    table: 100 + number,
    gateway: "auto",
    gateway6: "off",
    nat: "masquerade",
    nat6: "masquerade",
    onDown: "move",
    metered: false,
    drain: null,
    line: null,
    probes: TARGETS,
    ...changes,
  }
}

/** Two links, 70 to 30, and one LAN. */
export function config(changes: Partial<FamilyConfig> = {}): FamilyConfig {
  return {
    family: 4,
    router: "rtr-a",
    site: "home",
    stateDir: "/var/lib/evenkeel",
    socket: "/run/evenkeel/control.sock",
    lan: ["lan0"],
    markMask: 0xff,
    routerTraffic: "balance",
    allDown: "keep",
    links: [link(1, { weight: 70 }), link(2, { weight: 30 })],
    health: SETTINGS,
    alerts: [],
    policies: [],
    sets: [],
    sticky: null,
    share: null,
    web: null,
    log: { level: "info" },
    ...changes,
  }
}

/** What is known of `isp1`, `isp2` and so on. */
export function states(...names: readonly LinkStateName[]) {
  return names.map((state, i) => ({
    name: `isp${i + 1}`,
    state,
    share: state === "degraded" ? 0.5 : 1,
    recovery: null,
    suspicion: null,
    interruption: null,
  }))
}

/** A router of the same site whose only link is the line `fibre-1`. */
export function peer(router: string, state: LinkStateName, changes: Partial<Peer> = {}): Peer {
  const line = { name: "wan", line: "fibre-1", state, sinceMs: 0, reason: "its targets answer", weight: 1, share: 1 }
  return {
    router,
    site: "home",
    run: "1",
    sinceMs: 0,
    seq: 1,
    written: "2026-01-31T12:00:00.000Z",
    heardMs: 0,
    rulesInSync: true,
    links: [{ ...line, loss: 0, rttMs: 12, drained: false, damped: false, probed: true }],
    lastEvent: { seq: 1, type: "link.state", atMs: 0 },
    ...changes,
  }
}
