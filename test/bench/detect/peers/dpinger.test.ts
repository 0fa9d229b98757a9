import { expect, it } from "vitest"
import { scripted, silentBetween, verdicts } from "../scripted.ts"
import { dpinger, PFSENSE_DEFAULTS, type DpingerOptions } from "./dpinger.ts"

/** A window of ten probes. */
const SMALL: DpingerOptions = {
  sendIntervalMs: 100,
  lossIntervalMs: 200,
  timePeriodMs: 1000,
  alertIntervalMs: 100,
  latencyAlarmMs: 50,
  lossAlarmPercent: 20,
}

it("alarms when more of the window than its threshold is lost, and clears ten checks after that ends", () => {
  // Lost are the probes from 2.1 to 2.9 s. A probe counts as lost 200 ms after it was sent: at 2.4 s, 1 of 7 (14 %); at
  // 2.5 s, 2 of 7 (28 %). At 3.7 s it is 2 of 9 (22 %) still, at 3.8 s 1 of 9; the alarm holds for ten checks after 3.7 s.
  expect(verdicts(dpinger("", SMALL), silentBetween(2050, 2950), 10_000)).toEqual([
    ["down", 2500],
    ["up", 4700],
  ])
})

it("alarms when the average latency of the answers in its window is above its threshold", () => {
  // 10 ms until 2 s, then 110 ms. At a check, the probe of 200 ms before is the newest answered one: nine answers, of
  // which more than 3.6 must be slow for an average above 50 ms. The fourth, of 2.3 s, is in at 2.5 s; it is 8 answers
  // then (1.6 to 2.3 s): 4 × 10 + 4 × 110 = 480 / 8 = 60.
  expect(
    verdicts(
      dpinger("", SMALL),
      scripted(atMs => (atMs < 1999 ? 10 : 110)),
      5000,
    ),
  ).toEqual([["down", 2500]])
})

it("takes an answer after all for no loss", () => {
  // Answers take 350 ms for half a second: lost for a while, two at a time, then found again.
  const late = scripted(atMs => (atMs >= 2050 && atMs < 2450 ? 350 : 10))
  const forgiving = { ...SMALL, latencyAlarmMs: 1000, lossAlarmPercent: 30 }
  expect(verdicts(dpinger("", forgiving), late, 5000)).toEqual([])
  expect(verdicts(dpinger("", { ...forgiving, lossIntervalMs: 100, lossAlarmPercent: 20 }), late, 3000)[0]?.[0]).toBe(
    "down",
  )
})

it("with pfSense's defaults, needs 25 lost probes of 116 after a silence", () => {
  // Sent from 100.5 s on; the 25th, of 112.5 s, counts as lost beyond 114.5 s, at the check of 115 s: 25 of 116, 21 %.
  expect(verdicts(dpinger("", PFSENSE_DEFAULTS), silentBetween(100_250, 1e9), 200_000)).toEqual([["down", 115_000]])
})
