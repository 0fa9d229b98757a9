import { concat, lastValueFrom, of, toArray } from "rxjs"
import { expect, test } from "vitest"
import { createTallies } from "../../src/agent/tallies.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import { link } from "../core/fixtures.ts"

const limits = { timeoutMs: 1000, lateMs: 3000 }
const spec = { kind: "icmp", address: "1.1.1.1" } as const
const lost: Outcome = { kind: "lost", reason: "timeout" }

test("what became of probes is counted by target, and nothing of it is changed", async () => {
  const tallies = createTallies()
  const outcomes: Outcome[] = [lost, { kind: "reply", rttMs: 1200 }]
  const probe = tallies.counting("ipv4", () => concat(of(...outcomes)))
  const asked = probe(link(1), spec, limits)
  expect(await lastValueFrom(asked.pipe(toArray()))).toEqual(outcomes)
  // Each probe by itself: the miss of one makes no other's answer late.
  await lastValueFrom(tallies.counting("ipv4", () => of<Outcome>({ kind: "reply", rttMs: 12 }))(link(1), spec, limits))
  await lastValueFrom(
    tallies.counting("ipv6", () => of<Outcome>({ kind: "reply", rttMs: null }))(link(2), spec, limits),
  )
  const nothing = { reply: 0, resent: 0, late: 0, lost: 0, broken: 0 }
  expect(tallies.take()).toEqual([
    {
      family: "ipv4",
      link: "isp1",
      probe: "icmp 1.1.1.1",
      fates: { ...nothing, lost: 1, late: 1, reply: 1 },
      rttsMs: [1200, 12],
    },
    { family: "ipv6", link: "isp2", probe: "icmp 1.1.1.1", fates: { ...nothing, reply: 1 }, rttsMs: [] },
  ])
  expect(tallies.take()).toEqual([])
})
