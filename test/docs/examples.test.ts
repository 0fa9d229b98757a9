import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { parseConfig } from "../../src/config/parse.ts"
import { blocksIn, DOCUMENTS, textOf } from "./texts.ts"

interface Part {
  readonly links?: readonly unknown[]
  readonly policies?: readonly Policy[]
}

interface Policy {
  readonly match: { readonly in?: string }
  readonly use?: string | readonly string[]
  readonly balance?: Readonly<Record<string, number>>
}

/** Around a part of a configuration: the links that its policies name, the LANs that they ask for, a target. */
function completed(part: Part): object {
  const { policies = [] } = part
  const named = policies.flatMap(({ use = [], balance = {} }) => [use, Object.keys(balance)].flat())
  const links = [...new Set(["isp1", ...named])].map((name, i) => ({ name, interface: `wan${i}`, mark: i + 1 }))
  const lan = [...new Set(["lan0", ...policies.flatMap(({ match }) => match.in ?? [])])]
  return { lan, links, probes: [{ icmp: "1.1.1.1" }], ...part }
}

const blocks = DOCUMENTS.flatMap(path =>
  blocksIn(textOf(path), "yaml").map(({ line, text }) => ({ place: `${path}:${line}`, text })),
)

test("there are examples to look at", () => {
  expect(blocks.length).toBeGreaterThan(10)
})

describe("an example in", () => {
  test.each(blocks)("$place is a good configuration, or a part of one", ({ text }) => {
    const whole = completed(parse(text) as Part)
    const host = { hostname: "rtr-a", environment: null, setFiles: null }
    expect(parseConfig(JSON.stringify(whole), host)).toMatchObject({ ok: true })
    // Where it is whole, so is its text: anchors, marks in hexadecimal and the like.
    if ("links" in (parse(text) as object) && "lan" in (parse(text) as object))
      expect(parseConfig(text, host)).toMatchObject({ ok: true })
  })
})
