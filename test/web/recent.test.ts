import { expect, test } from "vitest"
import fc from "fast-check"
import type { JournalEvent } from "../../src/core/events.ts"
import { createRecent } from "../../src/web/recent.ts"

function event(seq: number): JournalEvent {
  return { v: 1, seq, time: "2026-01-31T10:00:00.000Z", router: "r", site: "s", type: "agent.stopped", reason: "" }
}

/** A journal whose disk has not taken the last events yet. */
function journalUpTo(lastSeq: number) {
  return async function* (seq: number) {
    await Promise.resolve()
    for (let next = seq; next <= lastSeq; next++) yield event(next)
  }
}

test("the journal has neither a gap nor anything twice where memory and disk meet", async () => {
  const numbers = fc.record({ told: fc.nat(600), unwritten: fc.nat(200), since: fc.integer({ min: 1, max: 650 }) })
  await fc.assert(
    fc.asyncProperty(numbers, async ({ told, unwritten, since }) => {
      const recent = createRecent(journalUpTo(Math.max(0, told - unwritten)))
      for (let seq = 1; seq <= told; seq++) recent.add(event(seq))
      const seen: number[] = []
      for await (const { seq } of recent.since(since)) seen.push(seq)
      expect(seen).toEqual(Array.from({ length: Math.max(0, told - since + 1) }, (_, i) => since + i))
      expect(recent.lastSeq()).toBe(told)
    }),
    { numRuns: 50 },
  )
})
