import { concat, defer, ignoreElements, throwError, timer, type Observable } from "rxjs"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { persistently } from "../../src/share/persistently.ts"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** How often work that fails after `lastingMs` is begun within `ms`. */
async function attempts(lastingMs: number, ms: number): Promise<number> {
  let begun = 0
  const work$: Observable<never> = defer(() => {
    begun += 1
    const failure$ = throwError(() => new Error("no"))
    return lastingMs === 0 ? failure$ : concat(timer(lastingMs).pipe(ignoreElements()), failure$)
  })
  const subscription = persistently(work$, error => [error]).subscribe()
  await vi.advanceTimersByTimeAsync(ms)
  subscription.unsubscribe()
  return begun
}

test("work that fails is done again soon, then every five seconds or so", async () => {
  expect(await attempts(0, 2_000)).toBeGreaterThanOrEqual(3)
  const inTenMinutes = await attempts(0, 600_000)
  expect(inTenMinutes).toBeGreaterThan(600 / 6.25)
  expect(inTenMinutes).toBeLessThan(600 / 3.75 + 6)
})

test("work that lasted is done again at once", async () => {
  // Thirty-one seconds of work and at most a third of one until the next.
  expect(await attempts(31_000, 313_200)).toBeGreaterThanOrEqual(10)
})
