import { describe, expect, test } from "vitest"
import { readAnsi } from "../../.config/docs/ansi.ts"
import type { Outage } from "../../.config/docs/outage.ts"
import { outagePlot } from "../../.config/docs/outage-plot.ts"
import { terminal } from "../../.config/docs/terminal.ts"

describe("what a program wrote to a terminal", () => {
  test("is read with its colours and weights, over the ends of lines", () => {
    expect(readAnsi("a \x1b[1m\x1b[32mb\x1b[39mc\x1b[22m\r\n\x1b[31md\n\x1b[0me")).toEqual([
      [
        { text: "a ", styles: [] },
        { text: "b", styles: ["bold", "green"] },
        { text: "c", styles: ["bold"] },
      ],
      [{ text: "d", styles: ["red"] }],
      [{ text: "e", styles: [] }],
    ])
  })

  test("is drawn with every character in its column, as text whatever it says", () => {
    const picture = terminal(readAnsi('ab\x1b[32m██\x1b[39m<"&\n   x'), "t")
    const xs = [...picture.matchAll(/<(?:text|rect)[^>]* x="([\d.]+)"/g)].map(([, x]) => Number(x))
    const [, first = NaN, blocks = NaN, after = NaN, below = NaN] = xs
    const column = (blocks - first) / 2
    expect((after - first) / column).toBeCloseTo(4, 1)
    expect((below - first) / column).toBeCloseTo(3, 1)
    expect(picture).toContain(">&lt;&quot;&amp;</text>")
    expect(picture).toContain('<rect class="green"')
  })
})

describe("the plot of an outage", () => {
  const attempt = (startMs: number, link: string | null, tookMs = 2) => ({ startMs, tookMs, link })
  const outage: Outage = {
    fromMs: -1000,
    toMs: 2000,
    healedMs: 1500,
    attempts: [
      attempt(-900, "isp1"),
      attempt(-800, "isp1"),
      attempt(-700, "isp2"),
      attempt(100, "isp2", 1004),
      attempt(1200, null),
    ],
    states: [{ atMs: 1034, link: "isp1", to: "down" }],
  }
  const bars = [...outagePlot(outage, "t").matchAll(/<rect class="(\w+)"[^>]*height="([\d.]+)"\/>/g)]
  const heightsOf = (kind: string) =>
    bars.filter(([, style, height]) => style === kind && Number(height) !== 12).map(([, , height]) => Number(height))

  test("stacks what went over each link, twice as high for twice as many", () => {
    expect(heightsOf("isp1")).toHaveLength(1)
    expect(heightsOf("isp1")[0]).toBeCloseTo(2 * (heightsOf("isp2")[0] ?? NaN), 0)
  })

  test("tells connections that waited for their second SYN, and those that failed", () => {
    expect(heightsOf("held")).toHaveLength(1)
    expect(heightsOf("failed")).toHaveLength(1)
  })

  test("says when it was noticed", () => {
    expect(outagePlot(outage, "t")).toContain("isp1 is down: 1.0 s</text>")
  })
})
