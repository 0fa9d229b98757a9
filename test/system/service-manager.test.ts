import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { firstValueFrom, take, toArray } from "rxjs"
import { afterAll, beforeAll, expect, test } from "vitest"
import { startChild } from "../../src/system/run-child.ts"
import { serviceManager, stateDirectoryIn, watchdogIn } from "../../src/system/service-manager.ts"

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "evenkeel-notify-"))
})

afterAll(() => {
  rmSync(directory, { recursive: true })
})

const listener = join(import.meta.dirname, "support/listen-datagrams.py")

const never = (error: unknown) => {
  throw error instanceof Error ? error : new Error(String(error))
}

test.each([
  ["a path", () => join(directory, "notify")],
  ["an abstract name", () => `@evenkeel-test-${process.pid}`],
])("what is told arrives at %s, each message whole", async (_, name) => {
  const socket = name()
  const child = await startChild("python3", [listener, socket])
  try {
    await firstValueFrom(child.lines$)
    const manager = serviceManager({ NOTIFY_SOCKET: socket }, 1, never)
    expect(manager?.notify("READY=1", "STATUS=isp1 up")).toBe(true)
    manager?.notify("STOPPING=1")
    const lines = await firstValueFrom(child.lines$.pipe(take(3), toArray()))
    expect(lines).toEqual(["listening", "READY=1;STATUS=isp1 up", "STOPPING=1"])
  } finally {
    child.kill("SIGKILL")
    await child.exited
  }
})

test("without a service manager there is nothing to tell", () => {
  expect(serviceManager({}, 1, never)).toBeNull()
  expect(serviceManager({ NOTIFY_SOCKET: "" }, 1, never)).toBeNull()
})

test("one that is gone is told of once, and nothing fails", () => {
  const troubles: string[] = []
  const manager = serviceManager({ NOTIFY_SOCKET: join(directory, "gone") }, 1, error => troubles.push(String(error)))
  expect([manager?.notify("READY=1"), manager?.notify("READY=1")]).toEqual([false, false])
  expect(troubles).toEqual([expect.stringContaining("sendto ENOENT")])
})

test("a name longer than a socket's can be is trouble, not a crash", () => {
  const troubles: string[] = []
  serviceManager({ NOTIFY_SOCKET: `/${"x".repeat(200)}` }, 1, error => troubles.push(String(error)))?.notify("READY=1")
  expect(troubles).toEqual([expect.stringContaining("longer than a socket's name can be")])
})

test.each([
  [{ WATCHDOG_USEC: "15000000" }, 15_000],
  [{ WATCHDOG_USEC: "15000000", WATCHDOG_PID: "42" }, 15_000],
  [{ WATCHDOG_USEC: "15000000", WATCHDOG_PID: "41" }, null],
  [{ WATCHDOG_USEC: "0" }, null],
  [{ WATCHDOG_USEC: "soon" }, null],
  [{}, null],
])("the watchdog of %o waits for process 42 for %s ms", (environment, ms) => {
  expect(watchdogIn(environment, 42)).toBe(ms)
})

test("a service keeps its state where the service manager says, and others where they like", () => {
  expect(stateDirectoryIn({ STATE_DIRECTORY: "/var/lib/evenkeel:/var/lib/other" })).toBe("/var/lib/evenkeel")
  expect([stateDirectoryIn({}), stateDirectoryIn({ STATE_DIRECTORY: "" })]).toEqual([null, null])
})
