import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { orderShape } from "../../src/agent/order-shape.ts"

const pin = { match: { from: ["10.0.0.50"], dscp: 46 }, use: ["isp1"], ifDown: "next", until: null }
const good = [
  { do: "set", override: { kind: "drain", link: "isp1", until: null, force: false } },
  { do: "set", override: { kind: "weight", link: "isp1", until: "2026-01-31T12:00:00.000Z", weight: 3 } },
  { do: "pin", pin },
  { do: "clear", kind: "weight", link: "isp1" },
  { do: "clear", kind: "pin", name: "pin1" },
]

describe("an order on the control socket", () => {
  it.each(good)("%j is understood as it is", order => {
    expect(orderShape.parse(order)).toEqual(order)
  })

  it.each([
    { do: "pin", pin: { ...pin, policy: { name: "x" } } },
    { do: "pin", pin: { ...pin, name: "pin1" } },
    { do: "pin", pin: { ...pin, until: "soon" } },
    { do: "pin", pin: { ...pin, ifDown: "drop" } },
    { do: "pin", pin: { ...pin, match: { from: [["10.0.0.1"]] } } },
    { do: "clear", kind: "pin", link: "isp1" },
    { do: "set", override: { kind: "pin", ...pin } },
  ])("%j is refused", order => {
    expect(orderShape.safeParse(order).success).toBe(false)
  })

  it("of any other shape is refused and never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), sent => {
        expect(orderShape.safeParse(sent).success).toBe(false)
      }),
    )
  })
})
