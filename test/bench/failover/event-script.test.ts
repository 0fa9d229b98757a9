import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { firstValueFrom, take, toArray } from "rxjs"
import { expect, test } from "vitest"
import { monotonicMs } from "../../../src/lab/clock.ts"
import { run } from "../../../src/system/run.ts"
import { eventScript } from "./event-script.ts"

/** Of the wall clock, as Date has it. */
const RESOLUTION_MS = 2

test("each call of the script is a decision at the time of the call, whenever it is read", async () => {
  const dir = await mkdtemp(join(tmpdir(), "event-script-"))
  try {
    const { file, decisions$ } = await eventScript({ dir }, ([state]) => state !== "down")
    const beforeMs = monotonicMs()
    await run(file, ["down", "isp1"])
    await run(file, ["up", "isp1"])
    const afterMs = monotonicMs()
    const [down, up] = await firstValueFrom(decisions$.pipe(take(2), toArray()))
    expect([down?.isUp, up?.isUp]).toEqual([false, true])
    expect(down?.atMs).toBeGreaterThan(beforeMs - RESOLUTION_MS)
    expect(up?.atMs).toBeGreaterThan(down?.atMs ?? NaN)
    expect(up?.atMs).toBeLessThan(afterMs + RESOLUTION_MS)
  } finally {
    await rm(dir, { recursive: true })
  }
})
