import { expect, it } from "vitest"
import { draw, exponential, seedOf, sfc32, survivors, uniform } from "./random.ts"

const mean = (count: number, next: () => number) =>
  Array.from({ length: count }, next).reduce((a, b) => a + b, 0) / count

it("gives the same numbers for the same seed, and others for another", () => {
  const [one, same, other] = [sfc32(1), sfc32(1), sfc32(2)]
  const numbers = Array.from({ length: 100 }, one)
  expect(Array.from({ length: 100 }, same)).toEqual(numbers)
  expect(Array.from({ length: 100 }, other)).not.toEqual(numbers)
})

it("makes another seed of another name", () => {
  expect(seedOf("5 % independent loss")).not.toBe(seedOf("10 % independent loss"))
})

it("spreads numbers evenly over 0 to 1", () => {
  const random = sfc32(3)
  const numbers = Array.from({ length: 100_000 }, () => uniform(random))
  for (let tenth = 0; tenth < 10; tenth++)
    expect(numbers.filter(number => Math.floor(10 * number) === tenth).length / 10_000).toBeCloseTo(1, 1)
})

it("draws exponential numbers of mean 1, one in e beyond it", () => {
  const random = sfc32(4)
  expect(mean(100_000, () => exponential(random))).toBeCloseTo(1, 1)
  expect(mean(100_000, () => (exponential(random) > 1 ? 1 : 0))).toBeCloseTo(1 / Math.E, 2)
})

it("lets 9 probes through before one is lost, on average, at 10 % loss, and all of them at none", () => {
  const random = sfc32(5)
  expect(mean(100_000, () => survivors(0.1, random)) / 9).toBeCloseTo(1, 1)
  expect(survivors(0, random)).toBe(Infinity)
})

it("draws lengths within their bounds", () => {
  const random = sfc32(6)
  for (let i = 0; i < 1000; i++) {
    const even = draw({ fromMs: 100, toMs: 500 }, random)
    expect(even >= 100 && even <= 500).toBe(true)
    expect(draw({ meanMs: 200, atMostMs: 500 }, random)).toBeLessThanOrEqual(500)
  }
  expect(mean(100_000, () => draw({ meanMs: 200 }, random)) / 200).toBeCloseTo(1, 1)
})
