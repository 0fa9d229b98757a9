import { describe, expect, it } from "vitest"
import { probeName } from "../../src/core/config.ts"

describe("probeName", () => {
  it("reads as it was configured, and tells ports and kinds apart", () => {
    expect(probeName({ kind: "icmp", address: "1.1.1.1" })).toBe("icmp 1.1.1.1")
    expect(probeName({ kind: "tcp", address: "8.8.8.8", port: 53 })).toBe("tcp 8.8.8.8:53")
  })
})
