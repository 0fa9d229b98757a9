import fc from "fast-check"
import { expect, test } from "vitest"
import { delivered, NOTHING_TOLD, type AlertState } from "../../../src/core/alerts/state.ts"
import { onEvent } from "../../../src/core/alerts/alert.ts"
import { onTime } from "../../../src/core/alerts/in-time.ts"
import type { Topic } from "../../../src/core/alerts/topic.ts"
import type { Message } from "../../../src/core/alerts/incident.ts"
import type { EventDraft } from "../../../src/core/events.ts"
import * as j from "./journal.ts"

const link = fc.constantFrom("isp1", "isp2", "isp3")
const family = fc.constantFrom("ipv4" as const, "ipv6" as const)
const state = fc.constantFrom("up" as const, "down" as const, "degraded" as const, "unknown" as const)
const damped = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ dampedMs: fc.nat(400_000) }) },
)

const draft: fc.Arbitrary<EventDraft> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(link, state, family, damped).map(([l, s, f, d]) => j.goes(l, s, { family: f, ...d })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      j.started,
      j.stopped,
      j.applied,
      j.repaired,
      j.failed,
      j.broken,
      j.lost,
      j.heard,
      j.rejected,
      j.reloaded,
    ),
  },
)

/** Seconds between events; now and then the clock is set. */
const pause = fc.oneof(
  { weight: 9, arbitrary: fc.nat(600) },
  { weight: 1, arbitrary: fc.integer({ min: -90_000, max: 90_000 }) },
)

const journal = fc.array(fc.tuple(pause, draft), { maxLength: 60 }).map(steps => {
  let second = 0
  return j.journalOf(...steps.map(([step, event]) => [(second += step), event] as const))
})

const about: fc.Arbitrary<Topic> = fc
  .record({
    forMs: fc.constantFrom(0, 60_000),
    repeatMs: fc.constantFrom(null, 600_000),
    links: fc.constantFrom(null, ["isp1"]),
  })
  .map(changes => j.topic(changes))

/** Takes all that waits. */
function emptied(before: AlertState, out: Message[]): AlertState {
  return before.queue.reduce((next, message) => {
    out.push(message)
    return delivered(next, message.id)
  }, before)
}

function outOf(topic: Topic, events: ReturnType<typeof j.journalOf>): readonly Message[] {
  const out: Message[] = []
  events.reduce((next, event) => emptied(onEvent(topic, next, event), out), NOTHING_TOLD)
  return out
}

test("of each incident: opened once, then reminders in order, then resolved at most once, and every message is another", () => {
  fc.assert(
    fc.property(about, journal, (topic, events) => {
      const out = outOf(topic, events)
      expect(new Set(out.map(({ id }) => id)).size).toBe(out.length)
      for (const key of new Set(out.map(message => message.key))) {
        const kinds = out.filter(message => message.key === key).map(({ kind }) => kind)
        expect(kinds.join(" ")).toMatch(/^opened( repeated)*( resolved)?$/)
      }
    }),
  )
})

test("what waits longest is still in order, and read from disk at any moment it goes on as it was", () => {
  fc.assert(
    fc.property(about, journal, fc.nat(60), (topic, events, cut) => {
      const whole = events.reduce((next, event) => onEvent(topic, next, event), NOTHING_TOLD)
      const first = events.slice(0, cut).reduce((next, event) => onEvent(topic, next, event), NOTHING_TOLD)
      const read = JSON.parse(JSON.stringify(first)) as AlertState
      const rest = events.slice(cut).reduce((next, event) => onEvent(topic, next, event), read)
      expect(rest).toEqual(whole)
    }),
  )
})

test("no subject has two incidents at once, and time alone never opens one", () => {
  fc.assert(
    fc.property(about, journal, fc.nat(1e9), (topic, events, laterMs) => {
      const end = events.reduce((next, event) => onEvent(topic, next, event), NOTHING_TOLD)
      const subjects = end.incidents.map(({ condition, link: of, family: in6, peer }) =>
        [condition, of, in6, peer].join(),
      )
      expect(new Set(subjects).size).toBe(subjects.length)
      const later = onTime(topic, end, j.START_MS + laterMs)
      expect(later.incidents.length).toBeLessThanOrEqual(end.incidents.length)
      // Once more at the same moment tells nothing new.
      expect(onTime(topic, later, j.START_MS + laterMs).queue).toEqual(later.queue)
    }),
  )
})
