import { expect, test } from "vitest"
import type { Outcome } from "../../src/core/outcome.ts"
import { fateOf, lossOf } from "../../src/core/tally.ts"

const reply: Outcome = { kind: "reply", rttMs: 10 }
const resent: Outcome = { kind: "reply", rttMs: 10, resent: true }
const lost: Outcome = { kind: "lost", reason: "timeout" }

test("an answer is late when its probe was counted as lost, and takes that back", () => {
  expect(fateOf(reply, false)).toBe("reply")
  expect(fateOf(reply, true)).toBe("late")
  expect(fateOf(lost, false)).toBe("lost")
  expect(fateOf({ kind: "broken", error: "EPERM" }, false)).toBe("broken")
})

test("an answer to what had to be sent again is a loss, and counts as one once", () => {
  expect(fateOf(resent, false)).toBe("resent")
  expect(fateOf(resent, true)).toBeNull()
})

test("loss is the part of what was judged that was lost for good", () => {
  const nothing = { reply: 0, resent: 0, late: 0, lost: 0, broken: 0 }
  expect(lossOf({ ...nothing, broken: 5 })).toBeNull()
  expect(lossOf({ ...nothing, reply: 3, lost: 1 })).toBe(0.25)
  expect(lossOf({ ...nothing, reply: 2, lost: 1, resent: 1 })).toBe(0.5)
  expect(lossOf({ ...nothing, reply: 2, lost: 2, late: 2 })).toBe(0)
  expect(lossOf({ ...nothing, reply: 1, late: 3 })).toBe(0)
})
