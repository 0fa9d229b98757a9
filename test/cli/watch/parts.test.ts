import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { lossBars, rttBars } from "../../../src/cli/watch/bars.ts"
import { widthOf } from "../../../src/cli/watch/clip.ts"
import { glyphsFor } from "../../../src/cli/watch/glyphs.ts"
import { laneOf, remember, type Sample } from "../../../src/cli/watch/history.ts"
import { measure, measuredOf, NO_SPLIT, type Split } from "../../../src/cli/watch/split.ts"
import { splitBar } from "../../../src/cli/watch/split-bar.ts"
import { DOWN, PLAIN, STATUS, UP } from "../stories.ts"
import { flowsOfTwo } from "./flows.ts"

const blocks = glyphsFor({ LANG: "de_DE.UTF-8" })
const sample = (rttMs: number | null, loss: number | null = 0, state: Sample["state"] = "up"): Sample => ({
  state,
  rttMs,
  loss,
})

describe("bars", () => {
  test("are as high as an RTT beside the highest, blank where none was measured, and crossed where the link is down", () => {
    const samples = [sample(1), sample(40), sample(80), sample(null, null), sample(null, 1, "down")]
    expect(rttBars(samples, 7, blocks, PLAIN)).toBe("  ▁▄█ ×")
  })

  test("of loss are as high as the loss, and a dot where there is none", () => {
    expect(
      lossBars(
        [0, 0.01, 0.5, 1, null].map(loss => sample(1, loss)),
        5,
        blocks,
        PLAIN,
      ),
    ).toBe("·▁▄█ ")
  })

  test("are those of the newest samples where there are more than columns", () => {
    expect(rttBars([sample(1), sample(80), sample(80)], 2, blocks, PLAIN)).toBe("██")
  })

  test("are made of ASCII where the terminal shows nothing else", () => {
    const ascii = glyphsFor({ LANG: "en_US.UTF-8", LC_ALL: "C" })
    expect(rttBars([sample(1), sample(80), sample(null, 1, "down")], 3, ascii, PLAIN)).toBe("_@x")
    expect(glyphsFor({ LC_ALL: "", LANG: "" })).toBe(blocks)
  })
})

describe("history", () => {
  test("keeps a look at each link a second, IPv6 apart, and forgets links that are configured no more", () => {
    const ipv6 = { ...UP, rttMs: 99 }
    let history = remember(new Map(), { ...STATUS, links: [DOWN, { ...UP, ipv6 }] })
    expect(history.get(laneOf("isp2", 6))).toEqual([{ state: "up", rttMs: 99, loss: 0.02 }])
    history = remember(history, { ...STATUS, links: [UP] })
    expect([...history.keys()]).toEqual(["isp2"])
    expect(history.get("isp2")).toHaveLength(2)
  })

  test("has a gap where nobody answered, and where no agent watched", () => {
    const history = remember(remember(remember(new Map(), STATUS), null), { ...STATUS, pid: null })
    expect(history.get("isp2")?.map(({ rttMs }) => rttMs)).toEqual([12.34, null, null])
  })

  test("is no longer than a wide terminal", () => {
    let history: ReturnType<typeof remember> = new Map()
    for (let i = 0; i < 500; i++) history = remember(history, STATUS)
    expect(history.get("isp2")).toHaveLength(240)
  })
})

describe("the measured split", () => {
  const at = (split: Split, seconds: number, first: number, second: number, share?: number) =>
    measure(split, flowsOfTwo(first, second, share), seconds * 1000)

  test("is that of the flows between looks, with their rate", () => {
    const split = at(at(at(NO_SPLIT, 0, 1000, 1000), 2, 1060, 1020), 4, 1060, 1040)
    expect(measuredOf(split, "isp1")).toEqual({ newShare: 0.6, rate: 15 })
    expect(measuredOf(split, "isp2")).toEqual({ newShare: 0.4, rate: 10 })
  })

  test("is not known after one look, and none where no flow began", () => {
    expect(measuredOf(at(NO_SPLIT, 0, 5, 5), "isp1")).toBeNull()
    expect(measuredOf(at(at(NO_SPLIT, 0, 5, 5), 2, 5, 5), "isp1")).toEqual({ newShare: null, rate: 0 })
  })

  test("begins anew when the rules ask for another one", () => {
    const before = at(at(NO_SPLIT, 0, 0, 0), 2, 70, 30)
    expect(measuredOf(at(before, 4, 0, 10, 0), "isp2")).toBeNull()
  })

  test("is that of the last minute", () => {
    let split = at(at(NO_SPLIT, 0, 0, 0), 30, 1000, 0)
    for (let i = 1; i <= 4; i++) split = at(split, 30 + 20 * i, 1000, 100 * i)
    expect(measuredOf(split, "isp1")?.newShare).toBe(0)
  })
})

test("a split is as wide as it may be, however many parts there are and however small", () => {
  const parts = fc
    .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 })
    .filter(all => all.some(n => n > 0))
  fc.assert(
    fc.property(parts, fc.integer({ min: 20, max: 120 }), (weights, width) => {
      const total = weights.reduce((a, b) => a + b)
      const bar = splitBar(
        weights.map((weight, i) => ({ name: `isp${i}`, ratio: weight / total })),
        width,
        PLAIN,
      )
      expect(widthOf(bar)).toBe(width)
    }),
  )
})

test("a split names its parts, as far as there is room", () => {
  const parts = [
    { name: "isp1", ratio: 0.7 },
    { name: "isp2", ratio: 0.3 },
    { name: "lte", ratio: 0 },
  ]
  expect(splitBar(parts, 41, PLAIN)).toBe("|isp1 70 % -----------------|isp2 30 % -|")
  expect(splitBar(parts, 21, PLAIN)).toBe("|isp1 70 % ---|isp2 |")
})
