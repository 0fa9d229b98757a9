import { describe, expect, test } from "vitest"
import { heal, randomLoss } from "../../src/lab/faults.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { evenkeel } from "../../src/lab/agent.ts"
import { startClient } from "../../src/lab/users.ts"
import type { HoldEvent } from "../../src/lab/traffic/report.ts"
import { eventsSince, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { rules } from "./support/rules.ts"
import { twoLinks, withScene } from "./support/scene.ts"

describe.concurrent("a brown-out of 30 % of isp1", () => {
  test.concurrent("halves its share of new flows, breaks none, and is over when the line is clean again", async () => {
    await withScene(twoLinks, {}, async ({ lab, agent }) => {
      const { reports$ } = await startClient(lab, "hold", { count: 20 })
      const ended: HoldEvent[] = []
      reports$.subscribe(event => ended.push(event))
      const seq = lastSeq(agent)
      const shrunk = untilEvent(agent, event => event.type === "weights.applied", { afterSeq: seq, withinMs: 60_000 })
      const { doneMs } = await randomLoss(lab, "isp1", 0.3)
      const degraded = await untilState(agent, "isp1", "degraded", { withinMs: 60_000 })
      process.stdout.write(`brown-out of 30 %: degraded ${Math.round(monotonicMs() - doneMs)} ms after it began\n`)
      expect(degraded).toMatchObject({
        from: "up",
        reason: expect.stringMatching(/^\d+ of \d+ probes were lost$/) as string,
      })
      // 70 halved is 35: 35 / (35 + 30), in the 31 bits that iptables prints.
      expect(await shrunk).toMatchObject({ shares: { isp1: 35 / 65, isp2: 30 / 65 } })
      expect(await rules(lab)).toMatch(/-A LOAD_BALANCE .*--probability 0\.5384615\d+ .*--set-xmark 0x1\//)
      const { stdout } = await evenkeel(lab, "explain", "isp1")
      expect(stdout).toMatch(/^isp1 is degraded: \d+ of \d+ probes were lost/)
      await heal(lab, "isp1")
      await untilState(agent, "isp1", "up", { withinMs: 120_000 })
      await untilEvent(agent, event => event.type === "weights.applied" && event.shares["isp1"] === 0.7, {
        afterSeq: seq,
      })
      expect(eventsSince(agent, seq).filter(({ type }) => type === "rules.repaired")).toEqual([])
      expect(ended.filter(event => event.kind === "broken")).toEqual([])
    })
  })
})
