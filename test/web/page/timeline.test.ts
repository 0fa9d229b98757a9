import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { LinkStateName } from "../../../src/core/link-state.ts"
import { stretches, tallyOf } from "../../../src/web/page/timeline.ts"
import { event, stateEvent } from "./support/recorded.ts"

const FROM = 1_700_000_000_000
const DAY = 1000

const wanted = { link: "isp1", family: "ipv4", state: "up", sinceMs: 0, fromMs: FROM, toMs: FROM + DAY } as const

const change = (atMs: number, from: LinkStateName, to: LinkStateName, link = "isp1") =>
  event(atMs, FROM + atMs, stateEvent(link, from, to, ""))

const told = (parts: ReturnType<typeof stretches>) =>
  parts.map(({ state, fromMs, toMs }) => [state, fromMs - FROM, toMs - FROM])

describe("states over time", () => {
  test("without an event are the present state, as far as that goes back", () => {
    expect(told(stretches([], wanted))).toEqual([["up", 0, DAY]])
    expect(told(stretches([], { ...wanted, sinceMs: FROM + 400 }))).toEqual([
      ["unknown", 0, 400],
      ["up", 400, DAY],
    ])
  })

  test("follow the link's own events, and no other's", () => {
    const events = [change(200, "up", "down"), change(250, "up", "down", "isp2"), change(300, "down", "up")]
    expect(told(stretches(events, wanted))).toEqual([
      ["up", 0, 200],
      ["down", 200, 300],
      ["up", 300, DAY],
    ])
  })

  test("begin with what the last event before them led to", () => {
    const events = [change(-500, "down", "up"), change(-100, "up", "degraded"), change(700, "degraded", "up")]
    expect(told(stretches(events, wanted))).toEqual([
      ["degraded", 0, 700],
      ["up", 700, DAY],
    ])
  })

  test("are not known while no agent ran", () => {
    const stopped = event(100, FROM + 100, { type: "agent.stopped", reason: "SIGTERM" })
    expect(told(stretches([change(50, "down", "up"), stopped, change(600, "unknown", "up")], wanted))).toEqual([
      ["down", 0, 50],
      ["up", 50, 100],
      ["unknown", 100, 600],
      ["up", 600, DAY],
    ])
  })

  test("end with the present state, though no event told of it", () => {
    const stopped = event(100, FROM + 100, { type: "agent.stopped", reason: "SIGTERM" })
    const now = { ...wanted, state: "down", sinceMs: FROM + 800 } as const
    expect(told(stretches([stopped], now)).at(-1)).toEqual(["down", 800, DAY])
  })

  test("cover the whole time without gaps, whatever happened", () => {
    const state = fc.constantFrom<LinkStateName>("up", "down", "degraded", "unknown")
    const changes = fc.array(fc.tuple(fc.integer({ min: -DAY, max: DAY - 1 }), state, state), { maxLength: 30 })
    fc.assert(
      fc.property(changes, state, fc.integer({ min: -DAY, max: DAY }), (list, now, since) => {
        const events = list.sort(([a], [b]) => a - b).map(([at, from, to]) => change(at, from, to))
        const parts = told(stretches(events, { ...wanted, state: now, sinceMs: FROM + since }))
        expect(parts[0]?.[1]).toBe(0)
        expect(parts.at(-1)?.[2]).toBe(DAY)
        parts.slice(1).forEach(([, from], i) => {
          expect(from).toBe(parts[i]?.[2])
        })
      }),
    )
  })
})

test("outages are counted, and degraded is in service", () => {
  const events = [
    change(200, "up", "down"),
    change(300, "down", "degraded"),
    change(500, "degraded", "down"),
    change(600, "down", "up"),
  ]
  expect(tallyOf(stretches(events, wanted))).toEqual({ inService: 0.8, outages: 2, downMs: 200 })
})

test("what was never known is neither in service nor out of it", () => {
  expect(tallyOf(stretches([], { ...wanted, state: "unknown" }))).toEqual({ inService: null, outages: 0, downMs: 0 })
})
