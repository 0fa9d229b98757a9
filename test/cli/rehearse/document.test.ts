import { expect, test } from "vitest"
import { documentOf } from "../../../src/cli/rehearse/document.ts"
import { original } from "../../lab/rehearse/sample.ts"
import { run } from "./run.ts"

const document = (more: Parameters<typeof run>[0], limitMs: number | null = null) =>
  documentOf(original(), { runs: [run(more)], notes: [], tookMs: 40_000 }, limitMs)

const troubles = (...args: Parameters<typeof document>) => document(...args).runs.flatMap(each => each.troubles)

test("a rehearsal without troubles is ok, with the limit and without", () => {
  expect(document({})).toMatchObject({ config: "evenkeel.yaml", ok: true, maxOutageMs: null, tookMs: 40_000 })
  expect(document({}, 2_100)).toMatchObject({ ok: true, maxOutageMs: 2_100 })
})

test("either kind of outage may break the limit, and an outage at the limit does not", () => {
  expect(troubles({}, 2_099)).toEqual(["users were cut off for 2.1 s, longer than --max-outage 2.1 s"])
  expect(troubles({ outage: { newConnectionsMs: 3_500, openFlowsMs: 0 } }, 3_000)).toEqual([
    "users were cut off for 3.5 s, longer than --max-outage 3.0 s",
  ])
})

test("what is not noticed, and what breaks where nothing happened, is amiss without any limit", () => {
  const flows = { ...run().flows, brokenElsewhere: 2 }
  expect(troubles({ detectedMs: null, flows })).toEqual([
    "not detected",
    "2 long flows broke on links that were healthy",
  ])
  expect(document({ detectedMs: null }).ok).toBe(false)
})

test("of what could not be rehearsed only that is told", () => {
  const error = "in the lab isp1 did not come up"
  expect(troubles({ error, detectedMs: null }, 1)).toEqual([`could not be rehearsed: ${error}`])
})
