import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { serve } from "../../src/agent/serve.ts"

const silent = { answer: () => Promise.resolve(undefined), obey: () => Promise.resolve({ ok: false, said: "" }) }

test("a control socket that comes after the end is closed, and keeps no process alive", async () => {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-serve-"))
  onTestFinished(() => rm(directory, { recursive: true }))
  const socket = join(directory, "control.sock")
  const warn = (error: unknown) => expect.unreachable(String(error))
  const living = serve({ warn }, { socket }, silent).subscribe()
  await expect.poll(() => existsSync(socket)).toBe(true)
  living.unsubscribe()
  await expect.poll(() => existsSync(socket)).toBe(false)

  const lateSocket = join(directory, "late.sock")
  serve({ warn }, { socket: lateSocket }, silent).subscribe().unsubscribe()
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(existsSync(lateSocket)).toBe(false)
})
