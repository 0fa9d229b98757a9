import { closeSync, openSync, readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { openLog } from "../src/log.ts"

test("lines are written in order", async () => {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-log-"))
  const fd = openSync(join(directory, "log"), "w")
  const log = openLog(fd)
  for (let i = 0; i < 1000; i++) log.write(`${i}\n`)
  await log.flush()
  closeSync(fd)
  const lines = readFileSync(join(directory, "log"), "utf8").trimEnd().split("\n")
  expect(lines).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)))
  await rm(directory, { recursive: true })
})

test("a full disk loses lines, and neither throws nor waits", async () => {
  const fd = openSync("/dev/full", "w")
  const log = openLog(fd)
  log.write("lost\n")
  await log.flush()
  log.write("lost as well\n")
  await log.flush()
  closeSync(fd)
})

test("lines that nobody takes do not fill the memory", async () => {
  const fd = openSync("/dev/null", "w")
  const log = openLog(fd)
  const megabyte = "x".repeat(1024 ** 2)
  for (let i = 0; i < 100; i++) log.write(megabyte)
  await log.flush()
  closeSync(fd)
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(20 * 1024 ** 2)
})
