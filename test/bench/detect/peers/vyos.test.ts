import { expect, it } from "vitest"
import { silentBetween, verdicts } from "../scripted.ts"
import { vyos, VYOS_DEFAULTS } from "./vyos.ts"

it("pings, waits 5 s for the answer and 5 s for the next round", () => {
  // Rounds at 0, 5.01, 10.02 s; the third fails at 15.02 s, the next one is at 20.02 s.
  expect(verdicts(vyos("", VYOS_DEFAULTS), silentBetween(8000, 18_000), 60_000)).toEqual([
    ["down", 15_020],
    ["up", 20_030],
  ])
})

it("counts failures and successes in a row", () => {
  const patient = vyos("", { ...VYOS_DEFAULTS, failureCount: 2, successCount: 3 })
  // Fails at 15.02 and 25.02 s; answered at 30.03, 35.04 and 40.05 s.
  expect(verdicts(patient, silentBetween(8000, 28_000), 60_000)).toEqual([
    ["down", 25_020],
    ["up", 40_050],
  ])
})
