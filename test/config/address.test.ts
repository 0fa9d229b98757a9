import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { address } from "../../src/config/address.ts"

const octet = fc.nat({ max: 255 })
const unicast = fc
  .tuple(fc.integer({ min: 1, max: 223 }), octet, octet, octet)
  .filter(([first]) => first !== 127)
  .map(octets => octets.join("."))

describe("an address", () => {
  test("may be that of any one host", () => {
    fc.assert(
      fc.property(unicast, text => {
        expect(address().parse(text)).toBe(text)
      }),
    )
  })

  test.each(["127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "255.255.255.255"])(
    "that reaches no one host beyond a link, %s, is refused",
    text => {
      expect(address().safeParse(text).success).toBe(false)
    },
  )

  test.each([
    "10.1",
    "1.2.3",
    "0x7f.0.0.1",
    "010.0.0.1",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.4/24",
    "::1",
    "::ffff:1.2.3.4",
  ])("in any form but four decimal parts, %s, is refused", text => {
    expect(address().safeParse(text).success).toBe(false)
  })

  test("may be a word only where that word is allowed", () => {
    expect(address("auto", "none").parse("none")).toBe("none")
    expect(address("auto").safeParse("none").success).toBe(false)
  })
})
