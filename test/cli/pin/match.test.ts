import { describe, expect, it } from "vitest"
import { asksNothing, matchOf, type MatchOptions } from "../../../src/cli/pin/match.ts"
import type { SetConfig } from "../../../src/core/policy-config.ts"
import { NO_NETWORKS } from "../../../src/core/networks.ts"

const NONE: MatchOptions = {
  from: undefined,
  to: undefined,
  proto: undefined,
  sport: undefined,
  dport: undefined,
  set: undefined,
  dscp: undefined,
  in: undefined,
}
const sets: readonly SetConfig[] = [{ kind: "owned", name: "tv.eu", networks: { 4: NO_NETWORKS, 6: NO_NETWORKS } }]
const what = (text: string) => matchOf(text, NONE, sets)

describe("what is pinned, in one word", () => {
  it.each([
    ["10.0.0.50", { from: ["10.0.0.50"] }],
    ["10.0.0.50,10.0.0.51", { from: ["10.0.0.50", "10.0.0.51"] }],
    ["2001:db8::/32", { from: ["2001:db8::/32"] }],
    ["::1", { from: ["::1"] }],
    [":443", { proto: ["tcp", "udp"], dport: [443] }],
    ["tcp:80,443", { proto: ["tcp"], dport: [80, 443] }],
    ["udp:27015-27030", { proto: ["udp"], dport: ["27015-27030"] }],
    ["tv.eu", { set: "tv.eu" }],
  ])("%s", (text, match) => {
    expect(what(text)).toEqual(match)
  })

  it("is refused where it is none of these, with those that there are", () => {
    expect(() => what("netflx")).toThrow(/"netflx": expected a source .* or the name of a set: tv\.eu$/)
  })
})

describe("what is pinned, by options", () => {
  it("is every condition of a policy, and both together", () => {
    const options = { ...NONE, from: ["10.0.0.1", "10.0.0.2"], proto: "47", dscp: "46", in: "lan0" }
    expect(matchOf(undefined, options, sets)).toEqual({
      from: ["10.0.0.1", "10.0.0.2"],
      proto: [47],
      dscp: 46,
      in: "lan0",
    })
    expect(matchOf(":53", { ...NONE, from: "10.0.0.1" }, sets)).toMatchObject({ dport: [53], from: ["10.0.0.1"] })
    expect([asksNothing(NONE), asksNothing(options)]).toEqual([true, false])
  })

  it("takes one set and one code point only", () => {
    expect(() => matchOf(undefined, { ...NONE, set: ["a", "b"] }, sets)).toThrow(/expected one --set/)
  })
})
