import { concat, concatMap, EMPTY, map, merge, NEVER, Observable, of, takeUntil, throwError, timer } from "rxjs"
import { TestScheduler } from "rxjs/testing"
import { describe, expect, it } from "vitest"
import { applyLatest, type Attempt } from "../../src/streams/apply-latest.ts"

type Tools = Parameters<Parameters<TestScheduler["run"]>[0]>[0]

const RETRY_MS = 10

/** In marbles: `A` for an applied `a`, `x` for a failure. */
const told = map((attempt: Attempt<string, string>) => (attempt.ok ? attempt.result : "x"))

function marbles(body: (tools: Tools) => void): void {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected)
  }).run(body)
}

/** A run that takes 4 ms, which it notes in `log`. */
function slow(log: string[] = []) {
  return (value: string) =>
    new Observable<string>(subscriber => {
      log.push(`begin ${value}`)
      const run = timer(4).subscribe(() => {
        log.push(`end ${value}`)
        subscriber.next(value.toUpperCase())
        subscriber.complete()
      })
      return () => {
        run.unsubscribe()
      }
    })
}

/** Fails so many times for each value, 2 ms after it began; then applies. */
function failing(times: number) {
  const failed: Record<string, number> = {}
  return (value: string) =>
    timer(2).pipe(
      map(() => {
        failed[value] = (failed[value] ?? 0) + 1
        if (failed[value] <= times) throw new Error(`${value} failed`)
        return value.toUpperCase()
      }),
    )
}

describe("applyLatest", () => {
  it("applies a value", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("--a-------").pipe(applyLatest(slow(), RETRY_MS), told)).toBe("------A---")
    })
  })

  it("never runs two at once, and applies the newest of those that came meanwhile", () => {
    const log: string[] = []
    marbles(({ hot, expectObservable, flush }) => {
      expectObservable(hot("abcd------e----").pipe(applyLatest(slow(log), RETRY_MS), told)).toBe("----A---D-----E")
      flush()
      expect(log).toEqual(["begin a", "end a", "begin d", "end d", "begin e", "end e"])
    })
  })

  it("applies the same value again when it comes again", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a------a-a---------").pipe(applyLatest(slow(), RETRY_MS), told)).toBe("----A------A---A---")
    })
  })

  it("goes on after a run that ended at once", () => {
    const atOnce = (value: string) => of(value.toUpperCase())
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a--b(cd)e").pipe(applyLatest(atOnce, RETRY_MS), told)).toBe("A--B(CD)E")
    })
  })

  it("goes on after a run that had nothing to tell", () => {
    const quiet = (value: string) => (value === "a" ? EMPTY : of(value.toUpperCase()))
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a--b---").pipe(applyLatest(quiet, RETRY_MS), told)).toBe("---B---")
    })
  })

  it("passes on all that one run tells", () => {
    const chatty = (value: string) => concat(of(value.toUpperCase()), timer(5).pipe(map(() => "Z")))
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a-b-----").pipe(applyLatest(chatty, RETRY_MS), told)).toBe("A----(ZB)-Z")
    })
  })

  it("reports a failure and tries again after the delay, until it works", () => {
    marbles(({ hot, expectObservable }) => {
      const applied = hot("a-------").pipe(applyLatest(failing(2), RETRY_MS), told)
      expectObservable(applied).toBe("--x 11ms x 11ms A")
    })
  })

  it("tells which value failed, why, and when it will be tried again", () => {
    const seen: unknown[] = []
    marbles(({ hot, expectObservable, flush }) => {
      const broken = () => throwError(() => new Error("no such chain"))
      const attempts$ = hot("a--|").pipe(
        applyLatest(broken, RETRY_MS),
        map(attempt => seen.push(attempt)),
      )
      expectObservable(attempts$.pipe(map(() => "x"))).toBe("x--|")
      flush()
    })
    expect(seen).toEqual([{ ok: false, value: "a", error: new Error("no such chain"), retryMs: RETRY_MS }])
  })

  it("takes a function that throws for a run that failed", () => {
    const thrower = (): Observable<string> => {
      throw new Error("at once")
    }
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a---").pipe(applyLatest(thrower, RETRY_MS), told), "^ 15ms !").toBe("x 9ms x")
    })
  })

  it("lets a newer value end the wait", () => {
    marbles(({ hot, expectObservable }) => {
      const onlyA = (value: string) => (value === "a" ? failing(99)(value) : slow()(value))
      expectObservable(hot("a----b--------------").pipe(applyLatest(onlyA, RETRY_MS), told)).toBe(
        "--x------B----------",
      )
    })
  })

  it("lets the same value, come again, end the wait as well", () => {
    marbles(({ hot, expectObservable }) => {
      const twice = hot("a----a-----").pipe(applyLatest(failing(1), RETRY_MS), told)
      expectObservable(twice).toBe("--x----A---")
    })
  })

  it("does not wait at all when a newer value came during the run that failed", () => {
    marbles(({ hot, expectObservable }) => {
      const onlyA = (value: string) => (value === "a" ? failing(99)(value) : slow()(value))
      expectObservable(hot("ab-----------------").pipe(applyLatest(onlyA, RETRY_MS), told)).toBe("--x---B------------")
    })
  })

  it("finishes the run, and the newest value that waits for it, when the source completes", () => {
    const log: string[] = []
    marbles(({ hot, expectObservable, flush }) => {
      expectObservable(hot("abc|").pipe(applyLatest(slow(log), RETRY_MS), told)).toBe("----A---(C|)")
      flush()
      expect(log).toEqual(["begin a", "end a", "begin c", "end c"])
    })
  })

  it("finishes the run when the source completes during it, and then does not wait to try again", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a|").pipe(applyLatest(failing(1), RETRY_MS), told)).toBe("--(x|)")
    })
  })

  it("gives up a wait when the source completes", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a----|").pipe(applyLatest(failing(1), RETRY_MS), told)).toBe("--x--|")
    })
  })

  it("completes at once when the source does and nothing runs", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a-----|").pipe(applyLatest(slow(), RETRY_MS), told)).toBe("----A-|")
      expectObservable(hot("|").pipe(applyLatest(slow(), RETRY_MS), told)).toBe("|")
    })
  })

  it("fails with its source", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("--#").pipe(applyLatest(slow(), RETRY_MS), told)).toBe("--#")
    })
  })

  it("stops the run, and subscribes to nothing any more, when it is unsubscribed", () => {
    const log: string[] = []
    marbles(({ hot, expectObservable, expectSubscriptions, flush }) => {
      const source = hot("a----------")
      expectObservable(source.pipe(applyLatest(slow(log), RETRY_MS), told), "^--!").toBe("---")
      expectSubscriptions(source.subscriptions).toBe("^--!")
      flush()
      expect(log).toEqual(["begin a"])
    })
  })

  it("keeps nothing from one subscription for the next", () => {
    marbles(({ cold, expectObservable }) => {
      const applied = cold("a-----").pipe(applyLatest(slow(), RETRY_MS), told)
      expectObservable(merge(applied, NEVER)).toBe("----A")
      expectObservable(applied, "--^").toBe("------A")
    })
  })

  it("can go on failing for hours without a deeper stack", () => {
    const limit = Error.stackTraceLimit
    const depths: number[] = []
    Error.stackTraceLimit = Infinity
    marbles(({ hot, flush }) => {
      const broken = () => timer(2).pipe(concatMap(() => throwError(() => new Error("no"))))
      hot("a")
        .pipe(applyLatest(broken, 1000), takeUntil(timer(200_000)))
        .subscribe(() => depths.push((new Error().stack ?? "").split("\n").length))
      flush()
    })
    Error.stackTraceLimit = limit
    expect(depths).toHaveLength(200)
    expect(depths.at(-1)).toBe(depths[1])
  })
})
