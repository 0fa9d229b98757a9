import { expect, test } from "vitest"
import { statusAtRest } from "../../src/core/status-at-rest.ts"
import { config, PLUGGED_IN } from "./fixtures.ts"

const since = "2026-01-31T10:00:00.000Z"
const nothing = { inForce: null, rulesInSync: false } as const
const facts = new Map([
  ["isp1", PLUGGED_IN],
  ["isp2", { ...PLUGGED_IN, carrier: false }],
])

test("without an agent the shares are the kernel's and the states the last that were known", () => {
  const status = statusAtRest(
    {
      config: config(),
      inForce: { balance: [{ mark: 2, weight: 1 }], move: [1], ways: [] },
      rulesInSync: true,
      facts,
      notes: { isp1: { state: "down", since, reason: "no target answered for 1.2 s" } },
    },
    null,
    [],
  )
  expect(status).toMatchObject({ router: "rtr-a", pid: null, since: null, rulesInSync: true, lastApply: null })
  expect(status.links[0]).toMatchObject({ state: "down", since, reason: "no target answered for 1.2 s", share: 0 })
  expect(status.links[1]).toMatchObject({
    state: "unknown",
    since: null,
    share: 1,
    loss: null,
    rttMs: null,
  })
})

test("what the kernel says of an interface now is a better reason than the last known", () => {
  const notes = { isp2: { state: "down", since, reason: "no target answered for 1.2 s" } } as const
  const status = statusAtRest({ config: config(), inForce: null, rulesInSync: false, facts, notes }, null, [])
  expect(status.links[1]).toMatchObject({ state: "down", reason: "no carrier", carrier: false, share: 0 })
})

test("targets are named and nothing is claimed of them", () => {
  const status = statusAtRest({ config: config(), ...nothing, facts: new Map(), notes: {} }, null, [])
  expect(status.links[0]?.targets[1]).toEqual({
    probe: "tcp 8.8.8.8:53",
    state: "unknown",
    loss: null,
    rttMs: null,
    trouble: null,
  })
})
