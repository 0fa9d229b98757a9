import { TestScheduler } from "rxjs/testing"
import { expect, test } from "vitest"
import { inSteps } from "../../src/share/in-steps.ts"

const PACE = { stepMs: 10, most: 2, mostWaiting: 3 }

test("a change is a step at once, and what comes soon after it waits for the next", () => {
  const scheduler = new TestScheduler((actual, wanted) => {
    expect(actual).toEqual(wanted)
  })
  scheduler.run(({ hot, expectObservable }) => {
    const steps$ = hot("a 20ms b c 8ms d 5ms (efghi)").pipe(inSteps(PACE))
    const steps = { a: ["a"], b: ["b"], c: ["c", "d"], e: ["e", "f"], g: ["g"] }
    expectObservable(steps$).toBe("a 20ms b 9ms c 9ms e 9ms g", steps)
  })
})
