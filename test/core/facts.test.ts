import { describe, expect, it } from "vitest"
import { obstacle } from "../../src/core/facts.ts"
import { PLUGGED_IN } from "./fixtures.ts"

describe("obstacle", () => {
  it("is none on a link that has all it needs", () => {
    expect(obstacle(PLUGGED_IN)).toBeNull()
    expect(obstacle({ ...PLUGGED_IN, gateway: null, pointToPoint: true })).toBeNull()
  })

  it("names the first thing that is missing, from the interface up", () => {
    const bare = { index: null, carrier: false, address: null, gateway: null, pointToPoint: false }
    expect(obstacle(bare)).toBe("interface missing")
    expect(obstacle({ ...bare, index: 2 })).toBe("no carrier")
    expect(obstacle({ ...bare, index: 2, carrier: true })).toBe("no address")
    expect(obstacle({ ...bare, index: 2, carrier: true, address: "192.0.2.2" })).toBe("no gateway")
  })
})
