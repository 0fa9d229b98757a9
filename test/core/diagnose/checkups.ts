import { planOfConfig } from "../../../src/core/plan.ts"
import { parseSaved, policyIn } from "../../../src/core/saved.ts"
import type { Checkup, CheckupIpv6, Firewall } from "../../../src/core/diagnose/checkup.ts"
import type { Finding } from "../../../src/core/diagnose/finding.ts"
import type { ProbeSpec } from "../../../src/core/probe-spec.ts"
import { config, link, PLUGGED_IN } from "../fixtures.ts"

const other: readonly ProbeSpec[] = [
  { kind: "icmp", address: "192.0.2.1" },
  { kind: "icmp", address: "192.0.2.2" },
]

export const FIREWALL: Firewall & { kind: "found" } = {
  kind: "found",
  backend: "nft",
  reason: "it holds evenkeel's chains",
  forwardPolicy: {},
  saved: {},
  inForce: planOfConfig(config()),
  changes: { sysctls: [], ip: [], iptables: "", what: [] },
  trial: { kind: "works" },
}

export const IPV6: CheckupIpv6 = { facts: new Map(), neighbours: [], forwarding: "1", deafToRouters: [] }

/** A router without a fault. */
export function checkup(changes: Partial<Checkup> = {}): Checkup {
  const healthy = config({ links: [link(1, { weight: 70 }), link(2, { weight: 30, probes: other })] })
  return {
    config: healthy,
    tools: [{ program: "ip", package: "iproute2", found: true }],
    rights: { netAdmin: true, netRaw: true },
    firewall: FIREWALL,
    ipForward: "1",
    isProcSysReadOnly: false,
    strictRpFilter: [],
    snapshot: {
      interfaces: [{ index: 4, name: "lan0", flags: ["UP", "LOWER_UP"], addresses: [] }],
      routes: [
        {
          type: "unicast",
          destination: "default",
          table: 254,
          protocol: 3,
          metric: 0,
          device: "eth0",
          gateway: "192.0.2.1",
          flags: [],
          multipath: false,
        },
      ],
      rules: [],
    },
    facts: new Map([
      ["isp1", PLUGGED_IN],
      ["isp2", { ...PLUGGED_IN, address: "198.51.100.2", gateway: "198.51.100.1" }],
    ]),
    neighbours: [
      { address: "192.0.2.1", device: "eth0", state: "REACHABLE" },
      { address: "198.51.100.1", device: "eth1", state: "STALE" },
    ],
    ipv6: IPV6,
    nft: null,
    hardwareOffloads: [],
    conntrack: { count: 100, max: 262_144 },
    stateDirTrouble: null,
    unitDropIns: null,
    agent: { kind: "running", pid: 4711, links: [], overrides: [] },
    ...changes,
  }
}

/** The rules of a router as `iptables-save` prints them, by nft. */
export function withRules(text: string): Partial<Checkup> {
  return { firewall: { ...FIREWALL, saved: { nft: parseSaved(text) }, forwardPolicy: forwardPolicy(text) } }
}

function forwardPolicy(text: string) {
  const policy = policyIn(text, "filter", "FORWARD")
  return policy === undefined ? {} : { nft: policy }
}

/** What is not in order, each as `LEVEL check: text → mend`. */
export function troubles(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ level }) => level !== "ok")
    .map(({ level, check, text, mend }) => `${level} ${check}: ${text}${mend === null ? "" : ` → ${mend}`}`)
}
