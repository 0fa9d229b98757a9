import { expect, test } from "vitest"
import type { EventDraft, JournalEvent } from "../../src/core/events.ts"
import { NOTHING_WATCHED, onFailover } from "../../src/core/failovers.ts"
import type { FamilyName } from "../../src/core/family.ts"

function failovers(...drafts: readonly EventDraft[]): readonly string[] {
  let watched = NOTHING_WATCHED
  return drafts.flatMap((draft, i) => {
    const event: JournalEvent = { v: 1, seq: i + 1, time: "", router: "", site: "", ...draft }
    const step = onFailover(watched, event)
    watched = step.watched
    return step.moved
  })
}

const goes = (
  link: string,
  from: "up" | "degraded" | "unknown" | "down",
  to: "up" | "down",
  family: FamilyName = "ipv4",
) => ({ type: "link.state", link, family, from, to, reason: "", evidence: {} as never }) as const
const split = (shares: Readonly<Record<string, number>>, family: FamilyName = "ipv4") =>
  ({ type: "weights.applied", family, shares, tookMs: 1 }) as const

test("a link that dies and whose flows go elsewhere has failed over, once", () => {
  const dies = [split({ a: 0.5, b: 0.5 }), goes("a", "up", "down"), split({ a: 0, b: 1 })]
  expect(failovers(...dies)).toEqual(["a"])
  expect(failovers(...dies, split({ a: 0, b: 1 }))).toEqual(["a"])
  expect(failovers(...dies, goes("a", "down", "up"), split({ a: 0.1, b: 0.9 }), ...dies)).toEqual(["a", "a"])
})

test("an agent that was not heard from the beginning is believed to have used the link", () => {
  expect(failovers(goes("a", "degraded", "down"), split({ a: 0, b: 1 }))).toEqual(["a"])
})

test.each<[string, readonly EventDraft[]]>([
  ["a link that carried nothing", [split({ a: 0, b: 1 }), goes("a", "up", "down"), split({ a: 0, b: 1 })]],
  ["one that was never up", [split({ a: 0.5, b: 0.5 }), goes("a", "unknown", "down"), split({ a: 0, b: 1 })]],
  ["one that died with all others", [split({ a: 1 }), goes("a", "up", "down"), split({ a: 0, b: 0 })]],
  [
    "one that came back first",
    [split({ a: 1, b: 0 }), goes("a", "up", "down"), goes("a", "down", "up"), split({ a: 0, b: 1 })],
  ],
  ["one that was drained", [split({ a: 0.5, b: 0.5 }), split({ a: 0, b: 1 })]],
  ["another family's", [split({ a: 1 }), goes("a", "up", "down", "ipv6"), split({ a: 0, b: 1 })]],
])("%s has not failed over", (_, drafts) => {
  expect(failovers(...drafts)).toEqual([])
})
