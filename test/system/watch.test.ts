import { Subject } from "rxjs"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { watchFacts } from "../../src/system/watch.ts"

/** After a reading, before the next. */
const restMs = 250

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** Readings that end when the test says so. */
function bench() {
  const signals = new Subject<void>()
  const readings: ((value: unknown) => void)[] = []
  const seen: unknown[] = []
  const errors: unknown[] = []
  const read = () => new Promise<unknown>(resolve => readings.push(resolve))
  const subscription = watchFacts(signals, read, 1e9).subscribe({
    next: value => seen.push(value),
    error: (error: unknown) => errors.push(error),
  })
  const finish = async (index: number, value: unknown) => {
    readings[index]?.(value)
    await vi.advanceTimersByTimeAsync(restMs)
  }
  return { signals, readings, seen, errors, finish, subscription }
}

describe("watchFacts", () => {
  it("reads at once on a signal", () => {
    const { signals, readings } = bench()
    signals.next()
    expect(readings).toHaveLength(1)
  })

  it("reads exactly once more after a reading during which any number of signals came", async () => {
    const { signals, readings, finish } = bench()
    signals.next()
    for (let i = 0; i < 100; i++) signals.next()
    expect(readings).toHaveLength(1)
    await finish(0, "old")
    expect(readings).toHaveLength(2)
    await finish(1, "new")
    expect(readings).toHaveLength(2)
  })

  it("also catches a change that comes during the second reading", async () => {
    const { signals, readings, seen, finish } = bench()
    signals.next()
    signals.next()
    await finish(0, 1)
    signals.next()
    await finish(1, 2)
    await finish(2, 3)
    expect(readings).toHaveLength(3)
    expect(seen).toEqual([1, 2, 3])
  })

  it("rests after a reading while signals go on, and then reads the last change", async () => {
    const { signals, readings, finish } = bench()
    signals.next()
    signals.next()
    readings[0]?.("old")
    await vi.advanceTimersByTimeAsync(restMs - 1)
    signals.next()
    expect(readings).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(readings).toHaveLength(2)
    await finish(1, "new")
    expect(readings).toHaveLength(2)
  })

  it("keeps a signal that comes while it rests", async () => {
    const { signals, readings } = bench()
    signals.next()
    readings[0]?.("old")
    await vi.advanceTimersByTimeAsync(100)
    signals.next()
    await vi.advanceTimersByTimeAsync(149)
    expect(readings).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(readings).toHaveLength(2)
  })

  it("reads at most four times a second when signals never cease", async () => {
    const signals = new Subject<void>()
    let readings = 0
    const subscription = watchFacts(signals, () => Promise.resolve(++readings)).subscribe()
    for (let i = 0; i < 300; i++) {
      signals.next()
      await vi.advanceTimersByTimeAsync(33)
    }
    subscription.unsubscribe()
    expect(readings).toBeGreaterThan(30)
    expect(readings).toBeLessThanOrEqual(40)
  })

  it("does not read when nothing was signalled", async () => {
    const { signals, readings, finish } = bench()
    signals.next()
    await finish(0, 1)
    expect(readings).toHaveLength(1)
    signals.next()
    expect(readings).toHaveLength(2)
  })

  it("emits a reading like the last too: what was mended after that may be broken again", async () => {
    const { signals, seen, finish } = bench()
    const values = [{ a: [{ b: 1 }] }, { a: [{ b: 1 }] }, { a: [{ b: 2 }] }]
    for (const [i, value] of values.entries()) {
      signals.next()
      await finish(i, value)
    }
    expect(seen).toEqual(values)
  })

  it("reads from time to time without any signal", async () => {
    let readings = 0
    vi.useRealTimers()
    const values = await new Promise<number>(resolve => {
      const subscription = watchFacts(new Subject<void>(), () => Promise.resolve(++readings), 5).subscribe(value => {
        if (value < 3) return
        subscription.unsubscribe()
        resolve(value)
      })
    })
    expect(values).toBe(3)
  })

  it("hands on the error of a reading", async () => {
    const { signals, errors, finish } = bench()
    signals.next()
    await finish(0, Promise.reject(new Error("ip: no")))
    expect(errors).toEqual([new Error("ip: no")])
  })

  it("reads no more once nobody listens", () => {
    const { signals, readings, subscription } = bench()
    subscription.unsubscribe()
    signals.next()
    expect(readings).toHaveLength(0)
  })
})
