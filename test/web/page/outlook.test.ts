import { expect, test } from "vitest"
import type { FamilyExplanation } from "../../../src/core/status-shape.ts"
import { outlook, paceWords } from "../../../src/web/page/outlook.ts"
import { EVIDENCE } from "./support/recorded.ts"

const calm: FamilyExplanation = { decidedBy: EVIDENCE, now: EVIDENCE, pending: null, probing: null, damping: null }

const told = (state: "up" | "down" | "degraded" | "unknown", changes: Partial<FamilyExplanation> = {}) =>
  outlook({ state }, { ...calm, ...changes })

test("says what would change a state that nothing threatens", () => {
  expect(told("down")).toBe("It is back when a target answers for 10.0 s without a break.")
  expect(told("unknown")).toBe("It is up as soon as a target answers.")
  expect(told("up")).toMatch(/^It goes down when no target answers for 1\.0 s/)
  expect(told("degraded")).toMatch(/^It is up again when good answers/)
})

test("says how far a change that is under way has come", () => {
  expect(told("up", { pending: { to: "down", forMs: 300, unanswered: 2, needed: 6 } })).toBe(
    "It is suspected for 300 ms: 2 of about 6 unanswered probes that confirm it. An answer clears it.",
  )
  expect(told("down", { pending: { to: "up", forMs: 4000, neededMs: 10_000 } })).toBe(
    "It is back in 6.0 s: it has answered for 4.0 s.",
  )
  expect(told("up", { pending: { to: "more", inMs: 20_000, damped: false } })).toMatch(/more of its share in 20 s/)
})

test("says for how long a flapping link stays out, once", () => {
  const damping = { penalty: 3.4, leftMs: 300_000 }
  expect(told("down", { damping })).toMatch(/damped for 5 min yet/)
  expect(told("up", { damping, pending: { to: "more", inMs: 300_000, damped: true } })).toBe(
    "It went down too often, and stays out for 5 min yet.",
  )
})

test("says how often a link is asked", () => {
  expect(paceWords({ probing: { everyMs: 500, why: "usual" } })).toBe("It is asked every 500 ms: the usual pace.")
  expect(paceWords({ probing: null })).toBe("")
})
