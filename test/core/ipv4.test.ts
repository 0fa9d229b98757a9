import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isWithin } from "../../src/core/ipv4.ts"

const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))

/** The same question, answered bit by bit. */
function sharePrefix(a: readonly number[], b: readonly number[], length: number): boolean {
  const bits = (bytes: readonly number[]) => bytes.map(byte => byte.toString(2).padStart(8, "0")).join("")
  return bits(a).slice(0, length) === bits(b).slice(0, length)
}

describe("isWithin", () => {
  it("agrees with a comparison of the prefixes' bits", () => {
    fc.assert(
      fc.property(address, fc.nat(32), fc.nat(32), address, (a, common, prefixLength, tail) => {
        const b = a.map((byte, i) => (8 * i < common ? byte : (tail[i] ?? 0)))
        expect(isWithin(a.join("."), { address: b.join("."), prefixLength })).toBe(sharePrefix(a, b, prefixLength))
      }),
    )
  })

  it("puts every address in /0 and only itself in /32", () => {
    expect(isWithin("203.0.113.9", { address: "10.0.0.1", prefixLength: 0 })).toBe(true)
    expect(isWithin("255.255.255.255", { address: "255.255.255.255", prefixLength: 32 })).toBe(true)
    expect(isWithin("255.255.255.254", { address: "255.255.255.255", prefixLength: 32 })).toBe(false)
  })
})
