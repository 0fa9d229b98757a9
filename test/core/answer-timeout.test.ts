import { describe, expect, it } from "vitest"
import { newTarget } from "../../src/core/target.ts"
import { answerTimeoutMs } from "../../src/core/answer-timeout.ts"
import { SETTINGS } from "./fixtures.ts"
import { history } from "./targets-seen.ts"

describe("answerTimeoutMs", () => {
  const known = history([200])
  const fixed = { timeoutMs: 300 }

  it("is the target's own as soon as it has answered", () => {
    expect(answerTimeoutMs(known, [known, history([900])], SETTINGS)).toBe(600)
  })

  it("is that of the best sibling until then: the line is the same", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b"), history([50]), known], SETTINGS)).toBe(150)
  })

  it("is a second while nothing is known of the line, RFC 6298 (2.1)", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b"), history([null])], SETTINGS)).toBe(1000)
  })

  it("is the fixed one, unless the line is known to take longer", () => {
    expect(answerTimeoutMs(newTarget("b"), [newTarget("b")], fixed)).toBe(300)
    expect(answerTimeoutMs(history([50]), [history([50])], fixed)).toBe(300)
    expect(answerTimeoutMs(known, [known], fixed)).toBe(600)
  })
})
