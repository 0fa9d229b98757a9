import { expect, it } from "vitest"
import { isRested, measure, RESTED, type Measuring } from "../../src/core/measuring.ts"
import { SETTINGS } from "./fixtures.ts"

/** After so many probes, `paceMs` apart. */
function after(count: number, paceMs: number, isUndecided = true, start: Measuring = RESTED): Measuring {
  const fromMs = Math.max(0, start.lastSentMs)
  return Array.from({ length: count }, (_, i) => fromMs + (i + 1) * paceMs).reduce(
    (measuring, sentMs) => measure(measuring, isUndecided, sentMs, SETTINGS),
    start,
  )
}

it("is on while something is undecided, and off as soon as it is settled", () => {
  expect(after(1, 40).isOn).toBe(true)
  expect(after(1, 40, false).isOn).toBe(false)
})

it("ends when the credit is used up, and does not begin again before a good part of it is earned", () => {
  const spent = after(290, 40)
  expect(spent.isOn).toBe(false)
  expect(after(20, SETTINGS.intervalMs, true, spent).isOn).toBe(false)
  expect(after(40, SETTINGS.intervalMs, true, spent).isOn).toBe(true)
})

it("earns at the usual pace what it may spend beyond it, up to a limit", () => {
  expect(isRested(after(1, 40))).toBe(false)
  expect(isRested(after(1000, SETTINGS.intervalMs, false, after(290, 40)))).toBe(true)
})

it("lets suspicions overdraw it, by so many bursts and no more", () => {
  const spent = after(950, 20)
  expect(after(800, 20).isSpent).toBe(false)
  expect(spent.isSpent).toBe(true)
  expect(after(100, SETTINGS.intervalMs, true, spent).isSpent).toBe(true)
  expect(after(200, SETTINGS.intervalMs, true, spent).isSpent).toBe(false)
})
