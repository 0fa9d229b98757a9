import { expect, test } from "vitest"
import { explanationAnswer, statusAnswer } from "../../src/cli/answers.ts"
import { explain, peersOf, statusOf } from "../../src/core/status.ts"
import { planOfConfig } from "../../src/core/plan.ts"
import { newWorld, step } from "../../src/core/world.ts"
import { config, peer } from "../core/fixtures.ts"

const world = newWorld(config(), planOfConfig(config()), 0)
const seen = step(world, {
  kind: "probe",
  link: "isp1",
  probe: "icmp 1.1.1.1",
  sentMs: 1,
  atMs: 9,
  outcome: { kind: "reply", rttMs: 8 },
})
const wallTime = (ms: number) => new Date(ms).toISOString()
const running = {
  pid: 1,
  since: wallTime(0),
  rulesInSync: true,
  lastApply: { time: wallTime(5), tookMs: 3 },
  overrides: [
    { kind: "drain", link: "isp1", until: null, force: true },
    { kind: "pin", name: "pin1", match: { from: ["10.0.0.50"], dscp: 46 }, use: ["isp1"], ifDown: "next", until: null },
  ] as const,
  share: { connected: true, lag: 2, error: null },
  peers: peersOf(new Map([["home/rtr-b", peer("rtr-b", "up")]]), wallTime, 100),
}
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

test("what an agent answers arrives as it was", () => {
  const status = statusOf({ ipv4: seen, ipv6: seen, wallTime }, running)
  expect(statusAnswer.parse(overTheWire(status))).toEqual(status)
  const explanation = explain({ ipv4: seen, ipv6: seen, wallTime }, "isp1", 10)
  expect(explanationAnswer.parse(overTheWire(explanation))).toEqual(explanation)
})

test("a pending change arrives too", () => {
  const doubted = step(seen, {
    kind: "probe",
    link: "isp1",
    probe: "icmp 9.9.9.9",
    sentMs: 20,
    atMs: 220,
    outcome: { kind: "lost", reason: "timeout" },
  })
  const answer = explanationAnswer.parse(overTheWire(explain({ ipv4: doubted, ipv6: null, wallTime }, "isp1", 300)))
  expect(answer.pending).toMatchObject({ to: "down", unanswered: 0 })
})

test("keys of a later version are let pass, a missing one is not", () => {
  const status = statusOf({ ipv4: seen, ipv6: seen, wallTime }, running)
  expect(statusAnswer.parse(overTheWire({ ...status, weather: "fine" }))).toMatchObject(status)
  expect(statusAnswer.safeParse(overTheWire({ ...status, links: undefined })).success).toBe(false)
})
