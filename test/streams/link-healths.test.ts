import { expect, test } from "vitest"
import { planOfConfig } from "../../src/core/plan.ts"
import { newWorld, step } from "../../src/core/world.ts"
import { linkHealths } from "../../src/streams/link-healths.ts"
import { config } from "../core/fixtures.ts"

const start = newWorld(config(), planOfConfig(config()), 0)
const answered = step(start, {
  kind: "probe",
  link: "isp1",
  probe: "icmp 1.1.1.1",
  sentMs: 0,
  atMs: 15,
  outcome: { kind: "reply", rttMs: 15 },
})

test("an answer wakes those who follow its link, and nobody else", () => {
  const healths = linkHealths(start)
  const woken: string[] = []
  for (const link of start.links) healths.of(link).subscribe(({ name, state }) => woken.push(`${name} ${state}`))
  expect(woken.splice(0)).toEqual(["isp1 unknown", "isp2 unknown"])
  healths.next(answered)
  healths.next(answered)
  expect(woken).toEqual(["isp1 up"])
})

test("everybody is told of the end", () => {
  const healths = linkHealths(start)
  let ends = 0
  for (const link of start.links) healths.of(link).subscribe({ complete: () => ends++ })
  healths.complete()
  expect(ends).toBe(2)
})
