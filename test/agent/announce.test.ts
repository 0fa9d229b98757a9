import { Subject } from "rxjs"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { announce } from "../../src/agent/announce.ts"
import type { Views } from "../../src/agent/watch-families.ts"
import type { JournalEvent } from "../../src/core/events.ts"
import { statusLine } from "../../src/agent/service-status.ts"

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const family = (state: string, inSync: boolean) => ({
  world: { links: [{ name: "isp1", state }] },
  isInSync: () => inSync,
})

/** As much of the agent's views as is told of. */
const views = (ipv4: unknown, ipv6: unknown = null) => ({ ipv4, ipv6 }) as Views

const HEALTHY = views(family("up", true))

function begun({ isIpv6Steered = false, watchdogMs = null as number | null } = {}) {
  const life = { views: null as Views | null, told$: new Subject<JournalEvent>(), isHeard: true }
  const [stop$, reload$] = [new Subject<unknown>(), new Subject<unknown>()]
  const told: string[] = []
  const notify = (...assignments: readonly string[]) => {
    if (life.isHeard) told.push(...assignments)
    return life.isHeard
  }
  let isOver = false
  announce(
    { notify, watchdogMs },
    { views: () => life.views, isIpv6Steered: () => isIpv6Steered, told$: life.told$, stop$, reload$ },
  ).subscribe({ complete: () => (isOver = true) })
  const count = (line: string) => told.filter(each => each === line).length
  return { life, stop$, reload$, told, count, isOver: () => isOver }
}

const event = (type: string) => ({ type }) as JournalEvent

test("ready is told as soon as the rules stand, and not before there is a router to steer", async () => {
  const { life, count } = begun()
  await vi.advanceTimersByTimeAsync(60_000)
  life.views = views(family("up", false))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(count("READY=1")).toBe(0)
  life.views = HEALTHY
  await vi.advanceTimersByTimeAsync(500)
  expect(count("READY=1")).toBe(1)
})

test("trouble that lasts, such as a sysctl that cannot be written, delays ready by ten seconds, and is in the status", async () => {
  const { life, told, count } = begun()
  life.views = views(family("up", false))
  await vi.advanceTimersByTimeAsync(9_000)
  expect(count("READY=1")).toBe(0)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(count("READY=1")).toBe(1)
  expect(told).toContain("STATUS=isp1 up (rules not in sync)")
})

test("ready is told again until it could be sent, and then no more", async () => {
  const { life, count } = begun()
  life.views = HEALTHY
  life.isHeard = false
  await vi.advanceTimersByTimeAsync(30_000)
  life.isHeard = true
  await vi.advanceTimersByTimeAsync(30_000)
  expect(count("READY=1")).toBe(1)
})

test("with IPv6 steered, its rules have to stand, too", async () => {
  const { life, count } = begun({ isIpv6Steered: true })
  life.views = HEALTHY
  await vi.advanceTimersByTimeAsync(1_000)
  expect(count("READY=1")).toBe(0)
  life.views = views(family("up", true), family("up", true))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(count("READY=1")).toBe(1)
})

test("one family that cannot be had keeps the other's agent from being ready for ten seconds only", async () => {
  const { life, count } = begun({ isIpv6Steered: true })
  life.views = views(family("up", true), family("up", false))
  await vi.advanceTimersByTimeAsync(9_000)
  expect(count("READY=1")).toBe(0)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(count("READY=1")).toBe(1)
})

test("a reload ends once the rules of the new configuration stand", async () => {
  const { life, reload$, told, count } = begun()
  life.views = HEALTHY
  await vi.advanceTimersByTimeAsync(1_000)
  reload$.next("SIGHUP")
  expect(told.slice(-2)).toEqual(["RELOADING=1", expect.stringMatching(/^MONOTONIC_USEC=\d+$/)])
  life.told$.next(event("link.state"))
  await vi.advanceTimersByTimeAsync(60_000)
  life.told$.next(event("config.reloaded"))
  await vi.advanceTimersByTimeAsync(1_000)
  life.views = views(family("up", false))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(count("READY=1")).toBe(1)
  life.views = views(family("up", true))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(count("READY=1")).toBe(2)
})

test("a reload that is refused ends with the rules of before", async () => {
  const { life, reload$, count } = begun()
  life.views = HEALTHY
  await vi.advanceTimersByTimeAsync(1_000)
  reload$.next("SIGHUP")
  life.told$.next(event("config.rejected"))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(count("READY=1")).toBe(2)
})

test("a reload while the agent starts keeps it from nothing", async () => {
  const { life, reload$, told, count } = begun()
  reload$.next("SIGHUP")
  life.views = HEALTHY
  await vi.advanceTimersByTimeAsync(1_000)
  expect(count("READY=1")).toBe(1)
  expect(told).not.toContain("RELOADING=1")
})

test("the watchdog hears from it three times in its period, from the start", async () => {
  const { count } = begun({ watchdogMs: 15_000 })
  await vi.advanceTimersByTimeAsync(15_000)
  expect(count("WATCHDOG=1")).toBe(3)
})

test("without a watchdog there is no beat", async () => {
  const { count } = begun()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(count("WATCHDOG=1")).toBe(0)
})

test("the end is told, and nothing after it", async () => {
  const { stop$, told, isOver } = begun({ watchdogMs: 3_000 })
  stop$.next("SIGTERM")
  expect(told.slice(-2)).toEqual(["STOPPING=1", "STATUS=stopped; the rules stay"])
  const before = told.length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toHaveLength(before)
  expect(isOver()).toBe(true)
})

test("the status line is told when it changes", async () => {
  const { life, told } = begun()
  life.views = HEALTHY
  await vi.advanceTimersByTimeAsync(10_000)
  life.views = views(family("down", true))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(told.filter(line => line.startsWith("STATUS="))).toEqual([
    "STATUS=starting",
    "STATUS=isp1 up",
    "STATUS=isp1 down",
  ])
})

test("the status line names what is not as it should be", () => {
  expect(statusLine(views(family("up", false), family("degraded", true)))).toBe(
    "isp1 up (rules not in sync); IPv6: isp1 degraded",
  )
})

test("nobody asked: nothing is told", () => {
  let isOver = false
  const nothing$ = new Subject<never>()
  const life = { views: () => null, isIpv6Steered: () => false, told$: nothing$, stop$: nothing$, reload$: nothing$ }
  announce(null, life).subscribe({ complete: () => (isOver = true) })
  expect(isOver).toBe(true)
})
