import { TestScheduler } from "rxjs/testing"
import { expect, test } from "vitest"
import { settled } from "../../src/agent/settled.ts"

const WORKS = { t: true, f: false }

function told(works: string, expected: string): void {
  new TestScheduler((actual, wanted) => {
    expect(actual).toEqual(wanted)
  }).run(({ hot, expectObservable }) => {
    expectObservable(settled(hot(works, WORKS))).toBe(expected, WORKS)
  })
}

test("that it works for the first time, and that it fails, is told at once", () => {
  told("t 1s f", "t 1s f")
  told("f 1s f", "f")
})

test("that it works again is told when that has lasted", () => {
  told("t 1s f 1s t", "t 1s f 1s 10s t")
  told("f t", "f 10s t")
})

test("what comes and goes within seconds is one failure", () => {
  told(`t ${"f t 2s ".repeat(50)} f`, "t f")
})

test("what lasts a little longer each time is told ever less often", () => {
  told("t f t 11s f t 11s f t 21s f t 30s f", "t f 10s t 1s f 11s 2ms 20s t 1s f")
})
