import { describe, expect, test } from "vitest"
import { parse } from "yaml"
import { parseConfig } from "../../src/config/parse.ts"
import { document } from "../../src/config/schema.ts"
import { blocksIn, DOCUMENTS, textOf } from "./texts.ts"

interface Part {
  readonly links?: readonly unknown[]
  readonly policies?: readonly Policy[]
  /** Of an alert. */
  readonly to?: unknown
}

interface Policy {
  readonly match: { readonly in?: string }
  readonly use?: string | readonly string[]
  readonly balance?: Readonly<Record<string, number>>
}

/** Around a part of a configuration: the links that its policies name, the LANs that they ask for, a target, other routers. */
function completed(part: Part): object {
  const { to, ...rest } = part
  const { policies = [] } = rest
  const named = policies.flatMap(({ use = [], balance = {} }) => [use, Object.keys(balance)].flat())
  const links = [...new Set(["isp1", ...named])].map((name, i) => ({ name, interface: `wan${i}`, mark: i + 1 }))
  const lan = [...new Set(["lan0", ...policies.flatMap(({ match }) => match.in ?? [])])]
  const alerts = to === undefined ? {} : { alerts: [{ name: "oncall", when: ["link.down"], to }] }
  return { lan, links, probes: [{ icmp: "1.1.1.1" }], share: { redis: "redis://10.0.0.5" }, ...alerts, ...rest }
}

/** Of other programs there are examples, too. */
function isOurs(part: unknown): part is Part {
  const keys = typeof part === "object" && part !== null ? Object.keys(part) : []
  return keys.some(key => key === "to" || Object.hasOwn(document.shape, key))
}

const blocks = DOCUMENTS.flatMap(path =>
  blocksIn(textOf(path), "yaml").flatMap(({ line, text }) => {
    const part: unknown = parse(text)
    return isOurs(part) ? [{ place: `${path}:${line}`, text, part }] : []
  }),
)

test("there are examples to look at", () => {
  expect(blocks.length).toBeGreaterThan(10)
})

describe("an example in", () => {
  test.each(blocks)("$place is a good configuration, or a part of one", ({ text, part }) => {
    const host = { hostname: "rtr-a", environment: null, setFiles: null }
    expect(parseConfig(JSON.stringify(completed(part)), host)).toMatchObject({ ok: true })
    // Where it is whole, so is its text: anchors, marks in hexadecimal and the like.
    if ("links" in part && "lan" in part) expect(parseConfig(text, host)).toMatchObject({ ok: true })
  })
})
