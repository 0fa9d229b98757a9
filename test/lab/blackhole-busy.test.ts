import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { EXCUSED_MS } from "../../src/core/traffic.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { blackhole, upstreamBlackhole } from "../../src/lab/faults.ts"
import { startClient } from "../../src/lab/users.ts"
import { directions, queues, squeeze, standby } from "./support/bulk.ts"
import { untilState } from "./support/journal.ts"
import { twoLinks, withScene } from "./support/scene.ts"

/** More than enough for the far ends to repeat themselves in a chorus. */
const FLOWS = 100
const FILL_MS = 6000
const [[depth, bytes]] = queues

const faults = [
  ["everything", blackhole],
  ["only what the router sends", upstreamBlackhole],
] as const
const cases = faults.flatMap(([what, fault]) => directions.map(direction => ({ what, fault, direction })))

describe.concurrent(`a silent blackhole in the middle of ${FLOWS} bulk transfers, a queue ${depth}`, () => {
  test.concurrent.each(cases)(
    "of $what, during a $direction: the far ends' repetitions do not keep the link up",
    async ({ what, fault, direction }) => {
      await withScene(twoLinks, standby, async ({ lab, agent }) => {
        await squeeze(lab, { direction, bytes })
        await startClient(lab, direction, { count: FLOWS })
        await sleep(FILL_MS)
        const down = untilState(agent, "isp1", "down", { withinMs: 10_000 })
        const { askedMs } = await fault(lab, "isp1")
        await down
        const tookMs = monotonicMs() - askedMs
        console.log(`blackhole of ${what} during a ${direction}: down after ${tookMs.toFixed(0)} ms`)
        expect(tookMs).toBeLessThan(EXCUSED_MS / 2)
      })
    },
  )
})
