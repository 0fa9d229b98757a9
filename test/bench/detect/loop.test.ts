import { expect, it } from "vitest"
import { quantile } from "../figures.ts"
import { bench } from "./bench.ts"
import { DEFAULTS } from "./evenkeel.ts"
import type { LinkModel } from "./link.ts"
import { evenkeel } from "./loop.ts"
import { MODELS } from "./models.ts"
import { scripted, silentBetween, verdicts } from "./scripted.ts"

const HOUR_MS = 3_600_000
const detector = evenkeel("evenkeel", 3, DEFAULTS)

function model(name: string): LinkModel {
  const found = MODELS.find(model => model.name === name)
  if (found === undefined) throw new Error(`no model ${name}`)
  return found
}

it("gives the same result for the same seed, and another for another", () => {
  const run = (seed: number) => bench(detector, model("flapping every 3 to 120 s"), HOUR_MS, seed)
  expect(run(1)).toEqual(run(1))
  expect(run(1)).not.toEqual(run(2))
})

it("asks a sound line at its pace, each target in turn, and says nothing", () => {
  const asked: (readonly [number, number])[] = []
  const link = scripted((atMs, target) => {
    asked.push([atMs, target])
    return 10
  })
  expect(verdicts(detector, link, 10_000)).toEqual([])
  expect(asked).toEqual(Array.from({ length: 20 }, (_, i) => [1 + 500 * i, i % 3]))
})

it("says nothing of a line without faults", () => {
  const score = bench(detector, model("a sound line"), 6 * HOUR_MS)
  expect(score).toMatchObject({ falseDowns: 0, returns: 0, probes: 43_200 })
})

it("finds every blackhole within the bounds that its settings set", () => {
  const { faults, delaysMs } = bench(detector, model("silent blackhole"), 8 * HOUR_MS)
  expect(delaysMs.length).toBe(faults)
  // Silence counts from the last answer, which came an interval and a round trip before the fault, at the most.
  expect(Math.min(...delaysMs)).toBeGreaterThan(DEFAULTS.downAfterMs - DEFAULTS.intervalMs - 50)
  // The first miss comes an interval after the fault, at the latest, and is then confirmed within `downAfter`.
  expect(Math.max(...delaysMs)).toBeLessThan(DEFAULTS.downAfterMs + DEFAULTS.intervalMs)
  expect(quantile(delaysMs, 0.5)).toBeLessThanOrEqual(DEFAULTS.downAfterMs)
})

it("probes faster from the first miss, and falls back when the line answers", () => {
  const times: number[] = []
  const link = scripted(atMs => {
    times.push(atMs)
    return atMs >= 5000 && atMs < 5100 ? Infinity : 10
  })
  expect(verdicts(detector, link, 10_000)).toEqual([])
  const gaps = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0))
  // Faster than its pace for a round trip or so, and no longer.
  expect(gaps.filter(ms => ms < 500).length).toBeGreaterThan(0)
  expect(gaps.slice(-6).every(ms => ms === 500)).toBe(true)
})

it("brings a line back after `upAfter` of answers", () => {
  const [down, up] = verdicts(detector, silentBetween(5000, 20_000), 60_000)
  expect(down?.[0]).toBe("down")
  expect(up?.[0]).toBe("up")
  expect(up?.[1]).toBeGreaterThan(20_000 + DEFAULTS.upAfterMs)
})

it("does not take answers that only became late for silence", () => {
  const link = scripted(atMs => (atMs < 20_000 ? 10 : 400))
  expect(verdicts(detector, link, 60_000).filter(([verdict]) => verdict === "down")).toEqual([])
})
