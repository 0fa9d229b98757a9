import { concat, concatMap, EMPTY, map, merge, NEVER, Observable, of, takeUntil, tap, throwError, timer } from "rxjs"
import { TestScheduler } from "rxjs/testing"
import { describe, expect, it } from "vitest"
import { applyLatest, type Attempt } from "../../src/streams/apply-latest.ts"

type Tools = Parameters<Parameters<TestScheduler["run"]>[0]>[0]

const RETRY = { firstRetryMs: 10, mostRetryMs: 40 }
const isEqual = (a: string, b: string) => a === b

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
      expectObservable(hot("--a-------").pipe(applyLatest(slow(), isEqual, RETRY), told)).toBe("------A---")
    })
  })

  it("never runs two at once, and applies the newest of those that came meanwhile", () => {
    const log: string[] = []
    marbles(({ hot, expectObservable, flush }) => {
      expectObservable(hot("abcd------e----").pipe(applyLatest(slow(log), isEqual, RETRY), told)).toBe(
        "----A---D-----E",
      )
      flush()
      expect(log).toEqual(["begin a", "end a", "begin d", "end d", "begin e", "end e"])
    })
  })

  it("applies the same value again when it comes again", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a------a-a---------").pipe(applyLatest(slow(), isEqual, RETRY), told)).toBe(
        "----A------A---A---",
      )
    })
  })

  it("goes on after a run that ended at once", () => {
    const atOnce = (value: string) => of(value.toUpperCase())
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a--b(cd)e").pipe(applyLatest(atOnce, isEqual, RETRY), told)).toBe("A--B(CD)E")
    })
  })

  it("goes on after a run that had nothing to tell", () => {
    const quiet = (value: string) => (value === "a" ? EMPTY : of(value.toUpperCase()))
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a--b---").pipe(applyLatest(quiet, isEqual, RETRY), told)).toBe("---B---")
    })
  })

  it("passes on all that one run tells", () => {
    const chatty = (value: string) => concat(of(value.toUpperCase()), timer(5).pipe(map(() => "Z")))
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a-b-----").pipe(applyLatest(chatty, isEqual, RETRY), told)).toBe("A----(ZB)-Z")
    })
  })

  it("reports a failure and tries again after the delay, until it works", () => {
    marbles(({ hot, expectObservable }) => {
      const applied = hot("a-------").pipe(applyLatest(failing(2), isEqual, RETRY), told)
      expectObservable(applied).toBe("--x 11ms x 21ms A")
    })
  })

  it("tells which value failed, why, and when it will be tried again", () => {
    const seen: unknown[] = []
    marbles(({ hot, expectObservable, flush }) => {
      const broken = () => throwError(() => new Error("no such chain"))
      const attempts$ = hot("a--|").pipe(
        applyLatest(broken, isEqual, RETRY),
        map(attempt => seen.push(attempt)),
      )
      expectObservable(attempts$.pipe(map(() => "x"))).toBe("x--|")
      flush()
    })
    expect(seen).toEqual([{ ok: false, value: "a", error: new Error("no such chain"), retryMs: RETRY.firstRetryMs }])
  })

  it("takes a function that throws for a run that failed", () => {
    const thrower = (): Observable<string> => {
      throw new Error("at once")
    }
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a---").pipe(applyLatest(thrower, isEqual, RETRY), told), "^ 15ms !").toBe("x 9ms x")
    })
  })

  it("lets a newer value end the wait", () => {
    marbles(({ hot, expectObservable }) => {
      const onlyA = (value: string) => (value === "a" ? failing(99)(value) : slow()(value))
      expectObservable(hot("a----b--------------").pipe(applyLatest(onlyA, isEqual, RETRY), told)).toBe(
        "--x------B----------",
      )
    })
  })

  it("doubles the wait with every failure in a row, up to a limit, and says which wait it is", () => {
    const waits: number[] = []
    marbles(({ hot, expectObservable, flush }) => {
      const applied$ = hot("a").pipe(
        applyLatest(failing(5), isEqual, RETRY),
        tap(attempt => {
          if (!attempt.ok) waits.push(attempt.retryMs)
        }),
        told,
      )
      expectObservable(applied$).toBe("--x 11ms x 21ms x 41ms x 41ms x 41ms A")
      flush()
    })
    expect(waits).toEqual([10, 20, 40, 40, 40])
  })

  it("begins with the shortest wait again after a success, and for a newer value", () => {
    marbles(({ hot, expectObservable }) => {
      const twoEach = hot("a 49ms b").pipe(applyLatest(failing(2), isEqual, RETRY), told)
      expectObservable(twoEach).toBe("--x 11ms x 21ms A 15ms x 11ms x 21ms B")
      const never = hot("a 19ms b").pipe(applyLatest(failing(99), isEqual, RETRY), told)
      expectObservable(never, "^ 40ms !").toBe("--x 11ms x 7ms x 11ms x")
    })
  })

  it("neither ends nor shortens the wait when the same value comes again and again", () => {
    marbles(({ hot, expectObservable }) => {
      const repeated = hot("a----a----a----a----a----a----|")
      expectObservable(repeated.pipe(applyLatest(failing(99), isEqual, RETRY), told), "^ 29ms !").toBe("--x 11ms x")
    })
  })

  it("takes for the same value what the caller says is the same", () => {
    const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
    marbles(({ hot, expectObservable }) => {
      const repeated = hot("a----A----a------b---")
      expectObservable(repeated.pipe(applyLatest(failing(99), isSame, RETRY), told), "^ 20ms !").toBe(
        "--x 11ms x 4ms x",
      )
    })
  })

  it("applies the same value once more when it came again during a run", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a-a---------").pipe(applyLatest(slow(), isEqual, RETRY), told)).toBe("----A---A---")
    })
  })

  it("does not wait at all when a newer value came during the run that failed", () => {
    marbles(({ hot, expectObservable }) => {
      const onlyA = (value: string) => (value === "a" ? failing(99)(value) : slow()(value))
      expectObservable(hot("ab-----------------").pipe(applyLatest(onlyA, isEqual, RETRY), told)).toBe(
        "--x---B------------",
      )
    })
  })

  it("finishes the run, and the newest value that waits for it, when the source completes", () => {
    const log: string[] = []
    marbles(({ hot, expectObservable, flush }) => {
      expectObservable(hot("abc|").pipe(applyLatest(slow(log), isEqual, RETRY), told)).toBe("----A---(C|)")
      flush()
      expect(log).toEqual(["begin a", "end a", "begin c", "end c"])
    })
  })

  it("finishes the run when the source completes during it, and then does not wait to try again", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a|").pipe(applyLatest(failing(1), isEqual, RETRY), told)).toBe("--(x|)")
    })
  })

  it("gives up a wait when the source completes", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a----|").pipe(applyLatest(failing(1), isEqual, RETRY), told)).toBe("--x--|")
    })
  })

  it("completes at once when the source does and nothing runs", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("a-----|").pipe(applyLatest(slow(), isEqual, RETRY), told)).toBe("----A-|")
      expectObservable(hot("|").pipe(applyLatest(slow(), isEqual, RETRY), told)).toBe("|")
    })
  })

  it("fails with its source", () => {
    marbles(({ hot, expectObservable }) => {
      expectObservable(hot("--#").pipe(applyLatest(slow(), isEqual, RETRY), told)).toBe("--#")
    })
  })

  it("stops the run, and subscribes to nothing any more, when it is unsubscribed", () => {
    const log: string[] = []
    marbles(({ hot, expectObservable, expectSubscriptions, flush }) => {
      const source = hot("a----------")
      expectObservable(source.pipe(applyLatest(slow(log), isEqual, RETRY), told), "^--!").toBe("---")
      expectSubscriptions(source.subscriptions).toBe("^--!")
      flush()
      expect(log).toEqual(["begin a"])
    })
  })

  it("keeps nothing from one subscription for the next", () => {
    marbles(({ cold, expectObservable }) => {
      const applied = cold("a-----").pipe(applyLatest(slow(), isEqual, RETRY), told)
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
        .pipe(applyLatest(broken, isEqual, { firstRetryMs: 1000, mostRetryMs: 1000 }), takeUntil(timer(200_000)))
        .subscribe(() => depths.push((new Error().stack ?? "").split("\n").length))
      flush()
    })
    Error.stackTraceLimit = limit
    expect(depths).toHaveLength(200)
    expect(depths.at(-1)).toBe(depths[1])
  })
})
