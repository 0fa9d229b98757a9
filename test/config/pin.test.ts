import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readPin, readPins } from "../../src/config/pin.ts"
import type { AskedPin } from "../../src/core/pins.ts"
import { matchRules } from "../../src/core/match.ts"
import { config, link } from "../core/fixtures.ts"
import { asNetworks, NO_NETWORKS } from "../../src/core/networks.ts"

const held = config({
  sets: [
    { kind: "owned", name: "video", networks: { 4: asNetworks(["192.0.2.0/24"]), 6: NO_NETWORKS } },
    { kind: "external", name: "youtube", ipsets: { 4: null, 6: "youtube6" } },
  ],
})
const asked = (match: AskedPin["match"], rest: Partial<AskedPin> = {}): AskedPin => ({
  match,
  use: ["isp1"],
  ifDown: "next",
  until: null,
  ...rest,
})
const read = (pin: AskedPin, here = held) => readPin(pin, here, new Map())
const refusal = (pin: AskedPin, here = held) => {
  const result = read(pin, here)
  return result.ok ? "accepted" : result.problems.join("\n")
}

describe("a pin", () => {
  it("means what a policy of the same words means", () => {
    expect(read(asked({ from: "10.0.0.50", proto: ["tcp"], dport: [443] }, { use: ["isp2", "isp1"] }))).toEqual({
      ok: true,
      policy: {
        name: "pin",
        match: {
          from: ["10.0.0.50/32"],
          to: [],
          proto: [{ 4: "tcp", 6: "tcp" }],
          sport: [],
          dport: [{ first: 443, last: 443 }],
          set: null,
          dscp: null,
          in: null,
        },
        use: { kind: "order", links: ["isp2", "isp1"] },
        ifDown: "next",
      },
    })
  })

  it.each([
    ["an address within a network", asked({ from: "10.0.0.5/24" }), "from[0]: found 10.0.0.5/24, an address within"],
    ["nothing", asked({}), "pin: would match every flow"],
    ["a condition that there is not", asked({ dports: [1] }), "dports: unknown key; did you mean dport?"],
    ["ports without a protocol", asked({ dport: [80] }), "dport: found ports and no proto"],
    ["an unknown set", asked({ set: "musik" }), "set: found musik, expected one of video, youtube"],
    ["a set of the other family", asked({ set: "youtube", from: "10.0.0.5" }), "so no packet can be both"],
    ["an interface that is no LAN", asked({ in: "eth9" }), "in: found eth9, which is not in lan"],
    ["an unknown link", asked({ dscp: 46 }, { use: ["isp9"] }), "use[0]: found isp9, expected a link: isp1, isp2"],
    ["no link", asked({ dscp: 46 }, { use: [] }), "use: found an empty list"],
  ])("of %s is refused in the words of the configuration", (_, pin, words) => {
    expect(refusal(pin)).toContain(words)
  })

  it("is not to refuse what a link's mark would carry", () => {
    const full = { ...held, links: [link(1), link(2, { mark: 0xff })] }
    expect(refusal(asked({ dscp: 46 }, { ifDown: "block" }), full)).toContain("ifDown: found block, which keeps all of")
    expect(refusal(asked({ dscp: 46 }), full)).toBe("accepted")
  })

  it("that was kept holds again, or is told why not", () => {
    const kept = [
      { ...asked({ set: "video" }), name: "pin3" },
      { ...asked({ set: "gone" }), name: "pin1" },
    ]
    const { pins, unfit } = readPins(kept, held, new Map())
    expect(pins).toMatchObject([{ name: "pin3", policy: { name: "pin3", match: { set: "video" } } }])
    expect(unfit).toEqual([{ name: "pin1", why: "set: found gone, expected one of video, youtube" }])
  })
})

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "10.0.0.1\nCOMMIT",
    "10.0.0.1 -j DROP",
    "tcp -j",
    "eth2;reboot",
    "__proto__",
    "$(id)",
    "-A",
    "::1%eth0",
  ),
  fc.ipV4(),
  fc.ipV6(),
  fc.integer(),
  fc.double(),
)
const key = fc.constantFrom("from", "to", "proto", "sport", "dport", "set", "dscp", "in", "__proto__", "x y")

it("whatever is sent as one, no word of a rule that comes of it has a letter that such words do not have", () => {
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(hostile, fc.array(hostile, { maxLength: 4 }))), match => {
      const result = read(asked(match))
      if (!result.ok) return
      for (const family of [4, 6] as const)
        for (const rule of matchRules(result.policy.match, family, new Map()))
          expect(rule).toMatch(/^(-{1,2}[a-z-]+|[\w.:/,-]+)?( (-{1,2}[a-z-]+|[\w.:/,-]+))*$/)
    }),
    { numRuns: 2000 },
  )
})
