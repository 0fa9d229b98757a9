import { expect, it } from "vitest"
import { createLink, type Effect, type LinkModel } from "./link.ts"

const LINE = { name: "a line", rttMs: 10, jitterMs: 2, loss: 0 }
const MINUTE_MS = 60_000

/** A minute of calm and a minute of something else, in turn. */
function turning(effect: Effect): LinkModel {
  const span = { fromMs: MINUTE_MS, toMs: MINUTE_MS }
  return { ...LINE, spells: { calm: span, lasts: span, effect } }
}

function rtts(model: LinkModel, fromMs: number, count: number, target = 0): readonly number[] {
  const link = createLink(model, 1)
  return Array.from({ length: count }, (_, i) => link.answer(target, fromMs + i))
}

const lossOf = (rtts: readonly number[]) => rtts.filter(ms => ms === Infinity).length / rtts.length

it("loses as many probes as its model says", () => {
  for (const loss of [0, 0.02, 0.1, 0.3]) expect(lossOf(rtts({ ...LINE, loss }, 0, 50_000))).toBeCloseTo(loss, 2)
})

it("takes at least its shortest round trip, and its jitter more on average", () => {
  const trips = rtts(LINE, 0, 50_000)
  expect(Math.min(...trips)).toBeGreaterThanOrEqual(10)
  expect(trips.reduce((a, b) => a + b) / trips.length).toBeCloseTo(12, 0)
})

it("answers nothing during an outage, nor what was under way when it began", () => {
  const model = turning({ kind: "outage" })
  expect(lossOf(rtts(model, MINUTE_MS - 9, 9))).toBe(1)
  expect(lossOf(rtts(model, MINUTE_MS, 10_000))).toBe(1)
  expect(lossOf(rtts(model, 2 * MINUTE_MS, 10_000))).toBe(0)
})

it("loses more during a brown-out or a burst, and nothing before", () => {
  for (const kind of ["brown-out", "burst"] as const) {
    expect(lossOf(rtts(turning({ kind, loss: 0.4 }), 0, 10_000))).toBe(0)
    expect(lossOf(rtts(turning({ kind, loss: 0.4 }), MINUTE_MS, 50_000))).toBeCloseTo(0.4, 1)
  }
})

it("lets only the first target die", () => {
  const model = turning({ kind: "dead target" })
  expect(lossOf(rtts(model, MINUTE_MS, 1000, 0))).toBe(1)
  expect(lossOf(rtts(model, MINUTE_MS, 1000, 1))).toBe(0)
})

it("fills its queue within a second to the depth that was drawn", () => {
  const answered = (fromMs: number) =>
    rtts(turning({ kind: "bloat", peak: { fromMs: 400, toMs: 400 } }), fromMs, 1000).filter(ms => ms < Infinity)
  expect(Math.max(...answered(MINUTE_MS - 1000))).toBeLessThan(100)
  expect(Math.min(...answered(MINUTE_MS + 1000))).toBeGreaterThan(400)
})

it("has its spells at the same times, however often it is probed", () => {
  const span = { fromMs: 100, toMs: 2000 }
  const model: LinkModel = { ...LINE, loss: 0.1, spells: { calm: span, lasts: span, effect: { kind: "outage" } } }
  const [busy, idle] = [createLink(model, 5), createLink(model, 5)]
  for (let atMs = 0; atMs < MINUTE_MS; atMs += 10) busy.answer(0, atMs)
  const { count, sinceMs, endMs } = busy.spell(MINUTE_MS)
  expect(count).toBeGreaterThan(10)
  expect(idle.spell(MINUTE_MS)).toMatchObject({ count, sinceMs, endMs })
})

it("counts the probes of a spell", () => {
  const link = createLink(turning({ kind: "outage" }), 1)
  for (let atMs = MINUTE_MS - 2000; atMs < MINUTE_MS + 5000; atMs += 1000) link.answer(0, atMs)
  expect(link.spell(MINUTE_MS + 5000)).toEqual({
    count: 1,
    isOn: true,
    sinceMs: MINUTE_MS,
    endMs: 2 * MINUTE_MS,
    probes: 5,
    totalMs: 5000,
  })
  expect(link.sent()).toBe(7)
})

it("adds up what its spells have lasted", () => {
  const link = createLink(turning({ kind: "outage" }), 1)
  const totals = [0, 1, 1.5, 2, 2.5, 3.25].map(minutes => link.spell(minutes * MINUTE_MS).totalMs / MINUTE_MS)
  expect(totals).toEqual([0, 0, 0.5, 1, 1, 1.25])
})
