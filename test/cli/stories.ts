import colors from "picocolors"
import type { Evidence } from "../../src/core/evidence.ts"
import type { LinkStatus, Status } from "../../src/core/status-shape.ts"

export const PLAIN = colors.createColors(false)

export const START = "2026-01-31T10:00:00.000Z"
export const FAILED = "2026-01-31T11:56:40.000Z"
export const NOW_MS = Date.parse("2026-01-31T12:00:00.000Z")

export const UP: LinkStatus = {
  name: "isp2",
  interface: "eth1",
  line: null,
  state: "up",
  since: START,
  reason: "its targets answer",
  weight: 30,
  share: 1,
  loss: 0.02,
  rttMs: 12.34,
  jitterMs: 0.41,
  drained: false,
  damped: false,
  carrier: true,
  address: "192.168.2.2",
  gateway: "192.168.2.1",
  targets: [
    { probe: "icmp 1.1.1.1", state: "answers", loss: 0, rttMs: 12.34, trouble: null },
    { probe: "tcp 8.8.8.8:53", state: "broken", loss: 0.04, rttMs: 14, trouble: null },
  ],
  ipv6: null,
}

export const DOWN: LinkStatus = {
  ...UP,
  name: "isp1",
  interface: "eth0",
  state: "down",
  since: FAILED,
  reason: "no target answered for 1.1 s",
  weight: 70,
  share: 0,
  loss: 1,
  rttMs: null,
  jitterMs: null,
  address: "192.168.1.2",
  gateway: "192.168.1.1",
  targets: [{ probe: "icmp 1.1.1.1", state: "silent", loss: 1, rttMs: null, trouble: null }],
}

export const STATUS: Status = {
  router: "rtr-a",
  site: "home",
  pid: 4711,
  since: START,
  rulesInSync: true,
  lastApply: { time: FAILED, tookMs: 15.2 },
  links: [DOWN, UP],
  overrides: [],
  share: { connected: false, lag: null, error: null },
  peers: [],
}

export const VERDICT: Evidence = {
  probesSent: 11,
  probesLost: 11,
  silenceMs: 1065,
  trafficMs: null,
  lossRatio: 0.22,
  rttMs: 12.3,
  answering: 0,
  evidenceOfLoss: 0,
  evidenceOfSlowness: 0,
  thresholds: { downAfterMs: 1000, upAfterMs: 10_000, quorum: 1, lossRatio: 0.2, rttMs: 300 },
}
