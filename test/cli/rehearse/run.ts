import type { Run } from "../../../src/lab/rehearse/report.ts"

/** A blackhole of isp1 that went as it should, but for what a test says. */
export function run(more: Partial<Run> = {}): Run {
  return {
    link: "isp1",
    scenario: "blackhole",
    error: null,
    detectedMs: 960,
    reason: "no target answered for 1.1 s",
    steeredMs: 981,
    outage: { newConnectionsMs: 1_000, openFlowsMs: 2_100 },
    flows: { onLink: 41, broken: 41, waiting: 0, elsewhere: 19, brokenElsewhere: 0, movedBack: 0 },
    traffic: { before: { isp1: 0.7, isp2: 0.3 }, during: { isp1: 0, isp2: 1 }, after: { isp1: 0.1, isp2: 0.9 } },
    backMs: 10_400,
    isBackLater: false,
    ...more,
  }
}
