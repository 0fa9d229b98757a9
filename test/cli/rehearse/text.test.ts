import colors from "picocolors"
import { expect, test } from "vitest"
import { documentOf } from "../../../src/cli/rehearse/document.ts"
import { closing, noticedLine, opening, tables } from "../../../src/cli/rehearse/text.ts"
import type { Run } from "../../../src/lab/rehearse/report.ts"
import { original, state } from "../../lab/rehearse/sample.ts"
import { run } from "./run.ts"

const screen = { print: () => undefined, warn: () => undefined, colors: colors.createColors(false), width: Infinity }
const document = (runs: readonly Run[], limitMs: number | null = null) =>
  documentOf(original(), { runs, notes: [], tookMs: 41_234 }, limitMs)

const runs = [
  run(),
  run({
    scenario: "brown-out",
    isBackLater: true,
    backMs: null,
    traffic: { before: null, during: { isp1: 0.25, isp2: 0.75 }, after: null },
  }),
  run({
    link: "isp2",
    scenario: "all-down",
    steeredMs: null,
    outage: { newConnectionsMs: 0, openFlowsMs: 0 },
    traffic: { before: null, during: null, after: null },
  }),
  run({ link: "isp2", scenario: "carrier", error: "no such luck" }),
]

test("each link has a table, in columns that all of them share", () => {
  expect(tables(screen, original().config, document(runs))).toBe(
    `
isp1         detected  steered  users' outage  open flows'    broken    back  new flows went to
✔ blackhole    960 ms   981 ms          1.0 s        2.1 s  41 of 41  10.4 s  isp2 100 %
✔ brown-out    960 ms   981 ms          1.0 s        2.1 s  41 of 41   later  isp1 25 %, isp2 75 %
isp2         detected  steered  users' outage  open flows'    broken    back  new flows went to
✔ all-down     960 ms        –           none         none  41 of 41  10.4 s  nowhere
✘ carrier           –        –              –            –         –       –  –
`.trim(),
  )
})

test("the verdict names the longest outage, and each rehearsal that went wrong", () => {
  const good = closing(screen, document([run()], 3_000))
  expect(good.split("\n").at(-1)).toBe(
    "All as it should be. --max-outage 3s was kept. The longest outage: 2.1 s (isp1 blackhole). It took 41.2 s.",
  )
  expect(closing(screen, document(runs, 2_000)).split("\n").slice(-5)).toEqual([
    "3 of 4 rehearsals did not go as they should:",
    "isp1 blackhole: users were cut off for 2.1 s, longer than --max-outage 2.0 s",
    "isp1 brown-out: users were cut off for 2.1 s, longer than --max-outage 2.0 s",
    "isp2 carrier: could not be rehearsed: no such luck",
    "The longest outage: 2.1 s (isp1 blackhole).",
  ])
})

test("what happens is told as it does, and what will not happen before", () => {
  const job = { scenario: "carrier", struck: ["isp1"], links: ["isp1"] } as const
  const fault = { askedMs: 10_000, doneMs: 10_010 }
  expect(noticedLine(screen, 9.04, job, state(10_048, "isp1", "up", "down"), fault)).toBe(
    "   9.0 s  isp1 loses its carrier: detected after 48.0 ms",
  )
  expect(noticedLine(screen, 12, job, null, fault)).toMatch(/: not detected$/)
  expect(opening(screen, original(), { jobs: [job], notes: ["Not copied: share."] })).toBe(
    "Rehearsing evenkeel.yaml: 1 outage, in a lab of its own; nothing of this machine is touched.\nNot copied: share.\n",
  )
})
