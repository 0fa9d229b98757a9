import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { directions, queues, squeeze, standby, wave, type Wave } from "./support/bulk.ts"
import { evenkeelJson } from "./support/command.ts"
import { journal } from "./support/journal.ts"
import { twoLinks, withScene } from "./support/scene.ts"

/** Transfers in each wave. Many fill the queue at once, with what each may send unasked; few fill it step by step. */
const WAVES = [100, 10, 100, 10]
const WAVE_MS = 12_000
/** Until the queue has run dry and the line's own RTT is back. */
const CALM_MS = 4000

const cases = queues.flatMap(([depth, bytes]) => directions.map(direction => ({ depth, bytes, direction })))

describe.concurrent("a line of 5 Mbit/s that bulk transfers saturate for a minute, in waves, default settings", () => {
  test.concurrent.each(cases)("$direction, a queue $depth: it is never down", async line => {
    await withScene(twoLinks, standby, async ({ lab, agent }) => {
      await squeeze(lab, line)
      const waves: Wave[] = []
      for (const count of WAVES) {
        waves.push(await wave(lab, line, count, WAVE_MS))
        await sleep(CALM_MS)
      }
      const states = journal(agent).flatMap(event => (event.type === "link.state" ? [event] : []))
      const rates = waves.map(({ kbitPerSecond }) => kbitPerSecond)
      const told = states.map(({ link, to, reason }) => `${link} ${to}: ${reason}`).join("; ")
      console.log(`${line.direction}, a queue ${line.depth}: ${rates.join(", ")} kbit/s. ${told}`)
      expect(states.filter(({ to }) => to === "down")).toEqual([])
      expect(await evenkeelJson(lab, "status")).toMatchObject({ pid: expect.any(Number) as number })
      expect(waves.flatMap(({ broken }) => broken)).toEqual([])
      expect(Math.min(...rates)).toBeGreaterThan(3000)
    })
  })
})
