import { expect, it } from "vitest"
import { scripted, silentBetween, verdicts } from "../scripted.ts"
import { keepalived, KEEPALIVED_DEFAULTS } from "./keepalived.ts"

it("goes by its last ping alone, unless told otherwise", () => {
  // The ping at 3 s is given up at 4 s; the one at 6 s is answered.
  const told = verdicts(keepalived("", KEEPALIVED_DEFAULTS), silentBetween(2500, 5500), 20_000)
  expect(told).toEqual([
    ["down", 4000],
    ["up", 6010],
  ])
})

it("waits for `fall` failures in a row and `rise` successes in a row", () => {
  const patient = keepalived("", { ...KEEPALIVED_DEFAULTS, fall: 3, rise: 2 })
  // Pings at 3, 4, 5 s fail; those at 8 and 9 s are answered.
  expect(verdicts(patient, silentBetween(2500, 7500), 20_000)).toEqual([
    ["down", 6000],
    ["up", 9010],
  ])
  expect(verdicts(patient, silentBetween(2500, 4500), 20_000)).toEqual([])
})

it("takes an answer after the timeout for none", () => {
  const told = verdicts(
    keepalived("", KEEPALIVED_DEFAULTS),
    scripted(atMs => (atMs === 5000 ? 1001 : 10)),
    20_000,
  )
  expect(told).toEqual([
    ["down", 6000],
    ["up", 6010],
  ])
})
