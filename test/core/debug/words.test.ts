import fc from "fast-check"
import { expect, test } from "vitest"
import { ruleWords } from "../../../src/core/debug/words.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import { rulesetOf } from "../../../src/core/ruleset.ts"
import { config } from "../fixtures.ts"

const { links } = config()
const words = (rule: string) => ruleWords(rule, links)

test("every rule of ours in words", () => {
  const { mangle, nat } = rulesetOf(config(), { ...planOfConfig(config()), move: [2] })
  const texts = [mangle, nat].flatMap(chains =>
    Object.entries(chains).flatMap(([chain, rules]) => rules.map(rule => `${chain}: ${words(rule)}`)),
  )
  expect(texts).toEqual([
    "EVENKEEL: takes over its flow's mark",
    "EVENKEEL: in by eth0, no mark: gets the mark of isp1",
    "EVENKEEL: in by eth1, no mark: gets the mark of isp2",
    "EVENKEEL: in by lan0, a mark, from who began the flow → EVENKEEL_MOVE",
    "EVENKEEL: in by lan0, no mark, to another host, of a new flow → LOAD_BALANCE",
    "EVENKEEL: a mark: its mark is kept for the flow",
    "EVENKEEL_OUT: a mark: back to the chain before",
    "EVENKEEL_OUT: takes over its flow's mark",
    "EVENKEEL_OUT: a mark, from who began the flow → EVENKEEL_MOVE",
    "EVENKEEL_OUT: no mark, to another host, of a new flow → LOAD_BALANCE",
    "EVENKEEL_OUT: a mark: its mark is kept for the flow",
    "EVENKEEL_MOVE: mark of isp2: loses its mark",
    "EVENKEEL_MOVE: no mark → LOAD_BALANCE",
    "LOAD_BALANCE: no mark, drawn (70 %): gets the mark of isp1",
    "LOAD_BALANCE: no mark: gets the mark of isp2",
    "EVENKEEL_NAT: out by eth0: its source becomes the link's address",
    "EVENKEEL_NAT: out by eth1: its source becomes the link's address",
  ])
})

test("what is not known is left as it is, option by option", () => {
  expect(words("-s 10.0.0.0/8 ! -p tcp -m set --match-set games dst -j QUEUE --queue-num 1")).toBe(
    "from 10.0.0.0/8, ! -p tcp, -m set --match-set games dst: QUEUE --queue-num 1",
  )
  expect(words("-d 192.0.2.1/32 -j DNAT --to-destination 10.0.0.2")).toBe(
    "to 192.0.2.1: DNAT --to-destination 10.0.0.2",
  )
  expect(words("-i eth9")).toBe("in by eth9: only counted")
})

test("any text comes to an end", () => {
  fc.assert(fc.property(fc.string(), rule => typeof words(rule) === "string"))
})
