import { defer, NEVER, of, Subject, throwError, type Observable } from "rxjs"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { createMuster } from "../../src/agent/muster.ts"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

/** One that cannot begin until `mend`, and says why. */
function lame(name: string, why: () => string = () => `${name} is lame`) {
  let isLame = true
  const told: string[] = []
  const recruit = {
    begin$: defer((): Observable<Observable<string>> =>
      isLame ? throwError(() => new Error(why())) : of(of(`${name} works`)),
    ),
    idle$: of(`${name} waits`),
    onTrouble: (error: unknown, retryMs: number) => told.push(`${String(error)}, again in ${retryMs}`),
  }
  return { recruit, told, mend: () => (isLame = false) }
}

function sound(name: string) {
  return { begin$: of(of(`${name} works`)), idle$: NEVER, onTrouble: () => undefined }
}

function watched(source$: Observable<string>) {
  const seen: string[] = []
  source$.subscribe({
    next: text => seen.push(text),
    error: (error: unknown) => seen.push(String(error)),
    complete: () => seen.push("end"),
  })
  return seen
}

test("one that cannot begin does not end one that can, and begins when it can", async () => {
  const muster = createMuster(2, false, NEVER)
  const { recruit, told, mend } = lame("ipv6")
  expect(watched(muster(sound("ipv4")))).toEqual(["ipv4 works", "end"])
  const seen = watched(muster(recruit))
  await pass(5_000)
  expect(seen).toEqual(["ipv6 waits"])
  mend()
  await pass(1_000)
  expect(seen).toEqual(["ipv6 waits", "ipv6 works", "end"])
  expect(told).toEqual(["Error: ipv6 is lame, again in 1000"])
})

test("nor when it fails first: whether the other can is not known then", async () => {
  const muster = createMuster(2, false, NEVER)
  const ready$ = new Subject<Observable<string>>()
  const seen = watched(muster(lame("ipv4").recruit))
  const other = watched(muster({ ...sound("ipv6"), begin$: ready$ }))
  await pass(3_000)
  expect(seen).toEqual([])
  ready$.next(of("ipv6 works"))
  await pass(1_000)
  expect([seen, other]).toEqual([["ipv4 waits"], ["ipv6 works"]])
})

test("where none can begin, all say why and end", () => {
  const muster = createMuster(2, false, NEVER)
  const [first, second] = [lame("ipv4"), lame("ipv6")]
  expect(watched(muster(first.recruit))).toEqual([])
  expect(watched(muster(second.recruit))).toEqual(["AggregateError: ipv4 is lame\nipv6 is lame"])
  expect([...first.told, ...second.told]).toEqual(["Error: ipv6 is lame, again in 1000"])
})

test("after a reload none of them ends: what they did before goes on in the kernel", async () => {
  const { recruit } = lame("ipv4")
  const seen = watched(createMuster(1, true, NEVER)(recruit))
  await pass(10_000)
  expect(seen).toEqual(["ipv4 waits"])
})

test("trouble is told when it changes and every half minute, not at each try", async () => {
  let why = "a route"
  const { recruit, told } = lame("ipv6", () => why)
  watched(createMuster(1, true, NEVER)(recruit))
  await pass(29_000)
  expect(told).toHaveLength(1)
  await pass(2_000)
  expect(told).toHaveLength(2)
  why = "another route"
  await pass(10_000)
  expect(told).toHaveLength(3)
})

test("one failed reading is no trouble", async () => {
  const { recruit, told, mend } = lame("ipv6")
  const seen = watched(createMuster(1, true, NEVER)(recruit))
  mend()
  await pass(1_000)
  expect([seen, told]).toEqual([["ipv6 waits", "ipv6 works", "end"], []])
})

test("a stop ends the wait for the next try", async () => {
  const stop$ = new Subject<null>()
  const seen = watched(createMuster(1, true, stop$)(lame("ipv6").recruit))
  await pass(500)
  stop$.next(null)
  expect(seen).toEqual(["ipv6 waits", "end"])
})
