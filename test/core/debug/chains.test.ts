import { describe, expect, test } from "vitest"
import {
  debugChains,
  debugInput,
  debugRemoval,
  expiredChains,
  type DebugRules,
} from "../../../src/core/debug/chains.ts"
import { foreignJumps } from "../../../src/core/foreign-jumps.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import { reconcile, removal } from "../../../src/core/reconcile.ts"
import { parseSaved } from "../../../src/core/saved.ts"
import { config } from "../fixtures.ts"

const startMs = Date.parse("2026-01-31T12:00:00.400Z")
const stopMs = startMs + 60_000
const rules: DebugRules = {
  table: "mangle",
  chain: "EVENKEEL_DEBUG_LOG_1",
  jumps: [
    { from: "FORWARD", selector: "-i lan0" },
    { from: "POSTROUTING", selector: "" },
  ],
  rules: ["-j LOG"],
}
const input = debugInput(rules, { startMs, stopMs })
const saved = parseSaved(input)

test("every jump bears its own beginning and end, in UTC", () => {
  expect(input).toBe(`*mangle
:EVENKEEL_DEBUG_LOG_1 - [0:0]
-A FORWARD -i lan0 -m time --datestart 2026-01-31T12:00:00 --datestop 2026-01-31T12:01:00 -j EVENKEEL_DEBUG_LOG_1
-A POSTROUTING -m time --datestart 2026-01-31T12:00:00 --datestop 2026-01-31T12:01:00 -j EVENKEEL_DEBUG_LOG_1
-A EVENKEEL_DEBUG_LOG_1 -j LOG
COMMIT
`)
})

/** As `iptables-save` would print it, where every chain is declared. */
const declared = (text: string) => parseSaved(text.replace(":", ":FORWARD ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n:"))

describe("a chain that was left behind", () => {
  test("is expired once the last jump into it has ended, and whoever made it has had time to take it away", () => {
    expect(expiredChains(declared(input), stopMs)).toEqual([])
    expect(expiredChains(declared(input), stopMs + 3_000)).toEqual(["EVENKEEL_DEBUG_LOG_1"])
  })

  test("is expired when nothing leads into it, or something without an end does", () => {
    expect(expiredChains(saved, startMs)).toEqual(["EVENKEEL_DEBUG_LOG_1"])
    const endless =
      "*raw\n:PREROUTING ACCEPT [0:0]\n:EVENKEEL_DEBUG_X - [0:0]\n-A PREROUTING -j EVENKEEL_DEBUG_X\nCOMMIT\n"
    expect(expiredChains(parseSaved(endless), 0)).toEqual(["EVENKEEL_DEBUG_X"])
  })

  test("goes with its jumps, and nobody else's rule does", () => {
    const beside = input.replace("COMMIT", "-A FORWARD -j ACCEPT\nCOMMIT")
    expect(debugRemoval(debugChains(declared(beside)), declared(beside)).input).toBe(`*mangle
-D FORWARD -i lan0 -m time --datestart 2026-01-31T12:00:00 --datestop 2026-01-31T12:01:00 -j EVENKEEL_DEBUG_LOG_1
-D POSTROUTING -m time --datestart 2026-01-31T12:00:00 --datestop 2026-01-31T12:01:00 -j EVENKEEL_DEBUG_LOG_1
-F EVENKEEL_DEBUG_LOG_1
-X EVENKEEL_DEBUG_LOG_1
COMMIT
`)
  })

  test("does not go with one whose name begins alike", () => {
    expect(debugRemoval(["EVENKEEL_DEBUG_LOG"], declared(input)).what).toEqual([])
  })
})

test("repairs leave debugging alone, teardown takes it along, and its jumps are no foreigners", () => {
  expect(reconcile(config(), planOfConfig(config()), declared(input)).what.join()).not.toContain("DEBUG")
  expect(removal(declared(input)).input).toBe(debugRemoval(["EVENKEEL_DEBUG_LOG_1"], declared(input)).input)
  expect(foreignJumps(declared(input))).toEqual([])
})
