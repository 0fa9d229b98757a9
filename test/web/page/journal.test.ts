import fc from "fast-check"
import { expect, test } from "vitest"
import { withEvents, type Journal } from "../../../src/web/page/journal.ts"
import { event, flappingDay, stateEvent } from "./support/recorded.ts"

const NOW = 1_700_000_000_000
const NOTHING: Journal = { events: [], truncated: false }

const numbered = (seq: number) => event(seq, NOW - 10_000 + seq, stateEvent("isp1", "up", "down", ""))

test("each event is there once and in order, however often and in whatever pieces it was told", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 10 }), { maxLength: 8 }), pieces => {
      const told = pieces.map(seqs => seqs.map(numbered))
      const { events } = told.reduce((journal, news) => withEvents(journal, news, NOW), NOTHING)
      const seqs = events.map(({ seq }) => seq)
      expect(seqs).toEqual([...new Set(pieces.flat())].sort((a, b) => a - b))
    }),
  )
})

test("what is older than a day goes", () => {
  const old = event(1, NOW - 25 * 3_600_000, stateEvent("isp1", "up", "down", ""))
  expect(withEvents(NOTHING, [old, numbered(2)], NOW).events).toEqual([numbered(2)])
})

test("of more than 5,000 the newest are kept, and it is known that there were more", () => {
  const journal = withEvents(NOTHING, flappingDay(6000, NOW), NOW)
  expect(journal.events).toHaveLength(5000)
  expect(journal.events.at(-1)?.seq).toBe(6000)
  expect(journal.truncated).toBe(true)
})
