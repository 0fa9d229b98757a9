import { describe, expect, test } from "vitest"
import { plot, type Strip } from "./plot.ts"

const legend = { title: "times", caption: "", notes: [] }
const strip = (valuesMs: readonly number[], change: Partial<Strip> = {}): Strip => ({
  title: "one",
  subtitle: "default",
  own: false,
  valuesMs,
  notes: [],
  ...change,
})

const dotsOf = (svg: string) => [...svg.matchAll(/<circle [^>]*cx="([\d.]+)"/g)].map(([, x]) => Number(x))

describe("the plot", () => {
  test("has a dot for every repetition, further to the right the longer it took", () => {
    const dots = dotsOf(plot([strip([300, 900, 950, 8000])], legend))
    expect(dots).toHaveLength(4)
    expect(dots).toEqual([...dots].sort((a, b) => a - b))
  })

  test("gives every factor the same distance", () => {
    const [a = NaN, b = NaN, c = NaN] = dotsOf(plot([strip([500, 1000, 2000])], legend))
    expect(b - a).toBeCloseTo(c - b, 0)
  })

  test("keeps every dot between the first and the last mark of its axis", () => {
    const svg = plot([strip([130]), strip([47_000])], legend)
    const [left = NaN, ...rest] = [...svg.matchAll(/class="grid" x1="([\d.]+)"/g)].map(([, x]) => Number(x))
    const dots = dotsOf(svg)
    expect(Math.min(...dots)).toBeGreaterThan(left)
    expect(Math.max(...dots)).toBeLessThan(rest.at(-1) ?? NaN)
  })

  test("draws equal times where all of them are seen", () => {
    const svg = plot([strip([1000, 1000, 1000])], legend)
    expect(new Set(svg.match(/cy="[\d.]+"/g))).toHaveProperty("size", 3)
  })

  test("writes text as text, whatever is in it", () => {
    const svg = plot([strip([1000], { title: `<a> & "b"`, notes: ["1.00 s"] })], legend)
    expect(svg).toContain("&lt;a&gt; &amp; &quot;b&quot;</text>")
    expect(svg).toContain(">1.00 s</text>")
  })
})
