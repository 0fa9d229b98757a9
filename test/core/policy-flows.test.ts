import { describe, expect, test } from "vitest"
import { viewOf } from "../../src/core/family.ts"
import { planOfConfig, type Plan } from "../../src/core/plan.ts"
import { policyFlows, policyFlowsSince } from "../../src/core/policy-flows.ts"
import type { Match, PolicyConfig } from "../../src/core/policy-config.ts"
import { rulesetOf } from "../../src/core/ruleset.ts"
import { parseSaved } from "../../src/core/saved.ts"
import { waysInForce } from "../../src/core/ways-in-force.ts"
import { config } from "./fixtures.ts"

const anything: Match = { from: [], to: [], proto: [], sport: [], dport: [], set: null, dscp: null, in: null }
const policy = (name: string, match: Partial<Match> = {}): PolicyConfig => ({
  ...{ name, match: { ...anything, ...match }, use: { kind: "order", links: ["isp2"] }, ifDown: "next" },
})
const names = ["one", "two", "three", "four"]
const ways: Plan["ways"] = [
  {
    kind: "balance",
    shares: [
      { mark: 1, weight: 3 },
      { mark: 2, weight: 1 },
    ],
  },
  { kind: "next" },
  { kind: "all" },
  { kind: "blocked" },
]
const networks = ["10.0.0.1/32", "10.0.0.2/32", "2001:db8::/32"]
const whole = config({ policies: names.map(name => policy(name, { from: networks })) })

/** The mangle table as `iptables-save -c` prints it, each rule having matched one packet more than the last one. */
function counted(family: 4 | 6): { readonly config: ReturnType<typeof viewOf>; readonly text: string } {
  const view = { ...viewOf(whole, 4), family }
  const { mangle } = rulesetOf(view, { ...planOfConfig(view), ways })
  const rules = Object.entries(mangle).flatMap(([chain, list]) => list.map(rule => `-A ${chain} ${rule}`))
  const chains = Object.keys(mangle).map(chain => `:${chain} - [0:0]`)
  return { config: view, text: ["*mangle", ...chains, ...rules.map((rule, i) => `[${i}:9] ${rule}`)].join("\n") }
}

const packetsIn = (text: string, chain: string) =>
  [...text.matchAll(new RegExp(`^\\[(\\d+):.*-j ${chain}$`, "gm"))].reduce(
    (sum, [, packets]) => sum + Number(packets),
    0,
  )

describe("policies in force", () => {
  test("each way is read back from the rules that it made, whether drawn, passed on, balanced or refused", () => {
    const { text } = counted(4)
    const found = waysInForce(parseSaved(text.replaceAll(/^\[\d+:\d+\] /gm, "")), 4)
    expect(
      found?.map(way => (way.kind === "balance" ? way.shares.map(({ weight }) => weight.toFixed(6)) : way)),
    ).toEqual([["0.750000", "0.250000"], ...ways.slice(1)])
  })

  test("rules of fewer policies are not of these", () => {
    expect(waysInForce(parseSaved("*mangle\n:EVENKEEL_P1 - [0:0]\n"), 2)).toBeNull()
  })

  test("what all of its rules have matched is added up, over both families", () => {
    const [ipv4, ipv6] = [counted(4), counted(6)]
    const flows = policyFlows(ipv4, ipv6)
    expect(flows.map(({ name }) => name)).toEqual(names)
    for (const [i, { packets }] of flows.entries())
      expect(packets).toBe(packetsIn(ipv4.text, `EVENKEEL_P${i + 1}`) + packetsIn(ipv6.text, `EVENKEEL_P${i + 1}`))
    expect(new Set(flows.map(({ packets }) => packets)).size).toBe(4)
    expect(flows[0]?.way).toEqual({
      kind: "balance",
      shares: { isp1: expect.closeTo(0.75, 6) as number, isp2: expect.closeTo(0.25, 6) as number },
    })
    expect(flows.map(({ wayIpv6 }) => wayIpv6?.kind)).toEqual(["balance", "next", "all", "blocked"])
  })

  test("before the rules are set up there is no way, and nothing has been counted", () => {
    const flows = policyFlows({ config: viewOf(whole, 4), text: "" }, null)
    expect(flows).toEqual(names.map(name => ({ name, packets: 0, way: null, wayIpv6: null })))
  })

  test("between two looks what came since counts; rules that were written again begin anew", () => {
    const look = (packets: number) => [{ name: "one", packets, way: null, wayIpv6: null }]
    expect(policyFlowsSince(look(10), look(14))).toEqual(look(4))
    expect(policyFlowsSince(look(10), look(3))).toEqual(look(3))
  })
})
