import { NEVER, throwError } from "rxjs"
import { TestScheduler } from "rxjs/testing"
import { expect, it } from "vitest"
import { Failure } from "../../probes/failure.ts"
import { judge } from "../../probes/judge.ts"
import { systemError } from "../../probes/libc.ts"
import type { Outcome } from "../../src/core/outcome.ts"

const limits = { timeoutMs: 10, lateMs: 30 }
const timeout: Outcome = { kind: "lost", reason: "timeout" }
const unreachable = systemError("EHOSTUNREACH", "send")

type Helpers = Parameters<Parameters<TestScheduler["run"]>[0]>[0]

/** Runs in virtual time; `stallMs` is how far the clock jumps when the timeout is due. */
function inVirtualTime(test: (helpers: Helpers, now: () => number) => void, stallMs = 0): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected)
  })
  const now = () => scheduler.now() + (scheduler.now() >= limits.timeoutMs ? stallMs : 0)
  scheduler.run(helpers => {
    test(helpers, now)
  })
}

it("reports an answer with its round trip time and stops asking", () => {
  inVirtualTime(({ cold, expectObservable, expectSubscriptions }, now) => {
    const answer$ = cold("-----a--a")
    expectObservable(judge(answer$, limits, { now })).toBe("-----(r|)", { r: { kind: "reply", rttMs: 5 } })
    expectSubscriptions(answer$.subscriptions).toBe("^----!")
  })
})

it("counts silence as a loss after the timeout and stops listening when late is too late", () => {
  inVirtualTime(({ cold, expectObservable, expectSubscriptions }, now) => {
    const answer$ = cold("-")
    expectObservable(judge(answer$, limits, { now })).toBe("10ms t 19ms |", { t: timeout })
    expectSubscriptions(answer$.subscriptions).toBe("^ 29ms !")
  })
})

it("adds the late answer to a loss that it has already reported", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    const late: Outcome = { kind: "reply", rttMs: 25 }
    expectObservable(judge(cold("25ms a"), limits, { now })).toBe("10ms t 14ms (r|)", { t: timeout, r: late })
  })
})

it("leaves it to the protocol what an answer tells, and when it was read", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    const read = (answer: unknown, elapsedMs: number): Outcome => ({
      kind: "broken",
      error: `${String(answer)} ${elapsedMs}`,
    })
    expectObservable(judge(cold("---a"), limits, { read, now })).toBe("---(r|)", {
      r: { kind: "broken", error: "a 3" },
    })
  })
})

it("adds an answer that tells of a loss to the loss that it has reported", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    const resent: Outcome = { kind: "reply", rttMs: 5, resent: true }
    const values = { t: timeout, r: resent }
    expectObservable(judge(cold("25ms a"), limits, { read: () => resent, now })).toBe("10ms t 14ms (r|)", values)
  })
})

it("does not count one loss twice when a refusal follows the timeout", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    expectObservable(judge(cold("20ms #", {}, unreachable), limits, { now })).toBe("10ms t 9ms |", {
      t: timeout,
    })
  })
})

it("passes a refusal on at once", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    const refused: Outcome = { kind: "lost", reason: "unreachable" }
    expectObservable(judge(cold("---#", {}, unreachable), limits, { now })).toBe("---(u|)", { u: refused })
  })
})

it("turns whatever else goes wrong into a broken probe, never into an error", () => {
  inVirtualTime(({ expectObservable }, now) => {
    const failing$ = throwError(() => new Error("out of luck"))
    expectObservable(judge(failing$, limits, { now })).toBe("(b|)", {
      b: { kind: "broken", error: "out of luck" },
    })
  })
})

it("blames itself when the timeout fires long after it was due, and still hears the answer", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    const expected = {
      b: { kind: "broken", error: "the agent was not running for 251 ms" },
      r: { kind: "reply", rttMs: null },
    }
    expectObservable(judge(cold("12ms a"), limits, { now })).toBe("10ms b - (r|)", expected)
  }, 251)
})

it("forgives a timer that is a little late", () => {
  inVirtualTime(({ expectObservable }, now) => {
    expectObservable(judge(NEVER, limits, { now })).toBe("10ms t 19ms |", { t: timeout })
  }, 250)
})

it("hears nothing after the timeout when no late window is given", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    expectObservable(judge(cold("15ms a"), { timeoutMs: 10, lateMs: 10 }, { now })).toBe("10ms (t|)", {
      t: timeout,
    })
  })
})

it("asks again for every subscriber", () => {
  inVirtualTime(({ cold, expectObservable, expectSubscriptions }, now) => {
    const answer$ = cold("--a")
    const outcome$ = judge(answer$, limits, { now })
    expectObservable(outcome$).toBe("--(r|)", { r: { kind: "reply", rttMs: 2 } })
    expectObservable(outcome$, "---^").toBe("-----(r|)", { r: { kind: "reply", rttMs: 2 } })
    expectSubscriptions(answer$.subscriptions).toBe(["^-!", "---^-!"])
  })
})

it("lets go of the source as soon as nobody listens", () => {
  inVirtualTime(({ cold, expectObservable, expectSubscriptions }, now) => {
    const answer$ = cold("-----a")
    expectObservable(judge(answer$, limits, { now }), "^--!").toBe("-")
    expectSubscriptions(answer$.subscriptions).toBe("^--!")
  })
})

/** As a protocol of several round trips tells it: null is its first word. */
const steps = { read: (answer: Outcome | null) => answer }
const done: Outcome = { kind: "reply", rttMs: 3 }

it("waits for an answer that is under way when the timeout comes, and misses it after two seconds", () => {
  const generous = { timeoutMs: 10, lateMs: 3_000 }
  inVirtualTime(({ cold, expectObservable }, now) => {
    const slow$ = cold("---u 1500ms d", { u: null, d: done })
    expectObservable(judge(slow$, generous, { ...steps, now })).toBe("1504ms (d|)", { d: done })
    const stuck$ = cold("---u 2500ms d", { u: null, d: done })
    expectObservable(judge(stuck$, generous, { ...steps, now })).toBe("2000ms t 503ms (d|)", { t: timeout, d: done })
    const lost$ = cold("---u", { u: null })
    expectObservable(judge(lost$, generous, { ...steps, now })).toBe("2000ms t 999ms |", { t: timeout })
  })
})

it("does not wait for an answer whose first word comes too late", () => {
  inVirtualTime(({ cold, expectObservable }, now) => {
    const late$ = cold("15ms u 4ms d", { u: null, d: done })
    expectObservable(judge(late$, limits, { ...steps, now })).toBe("10ms t 9ms (d|)", { t: timeout, d: done })
  })
})

it("tells at once of a wrong answer that is under way, and only silence of one that comes too late", () => {
  const failure = new Failure("answer", "HTTP 302")
  inVirtualTime(({ cold, expectObservable }, now) => {
    const wrong$ = cold("---u---#", { u: null }, failure)
    expectObservable(judge(wrong$, limits, { ...steps, now })).toBe("-------(w|)", {
      w: { kind: "lost", reason: "answer", detail: "HTTP 302" },
    })
    expectObservable(judge(cold("15ms #", {}, failure), limits, { now })).toBe("10ms t 4ms |", { t: timeout })
  })
})
