import { describe, expect, it } from "vitest"
import { translation6 } from "../../src/config/nat6.ts"

describe("translation6", () => {
  it("takes the provider's prefix, and the LAN's own where connections from outside are wanted", () => {
    expect(translation6.parse({ prefix: "2001:DB8:1::/56" })).toEqual({ prefix: "2001:db8:1::/56", inside: null })
    expect(translation6.parse({ prefix: "2001:db8:1::/56", inside: "fd00:10::/56" })).toEqual({
      prefix: "2001:db8:1::/56",
      inside: "fd00:10::/56",
    })
  })

  it.each([
    ["snat and prefix", { snat: "2001:db8::1", prefix: "2001:db8:1::/56" }, [], "expected either snat"],
    ["neither", {}, [], "expected either snat"],
    ["snat with inside", { snat: "2001:db8::1", inside: "fd00:10::/56" }, ["inside"], "goes with prefix only"],
  ])("refuses %s", (_, given, path, why) => {
    const issue = translation6.safeParse(given).error?.issues[0]
    expect(issue).toMatchObject({ path })
    expect(issue?.message).toContain(why)
  })

  it.each([
    ["another length", "fd00:10::/48", "found fd00:10::/48, expected /56, the length of prefix"],
    ["the prefix itself", "2001:db8:1::/56", "which is prefix itself"],
    ["a host's bits", "fd00:10::1/56", "which has bits beyond its length; expected fd00:10::/56"],
    ["a second argument", "fd00:10::/56 -j ACCEPT", "expected an IPv6 prefix"],
  ])("refuses an inside prefix of %s", (_, inside, why) => {
    const read = translation6.safeParse({ prefix: "2001:db8:1::/56", inside })
    expect(read.error?.issues[0]).toMatchObject({ path: ["inside"] })
    expect(read.error?.issues[0]?.message).toContain(why)
  })
})
