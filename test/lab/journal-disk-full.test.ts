import { execFileSync } from "node:child_process"
import { open as openFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"

import { append, currentText, eventually, open, scratch, seqs, stopped, upTo } from "../journal/helpers.ts"
import { createLastStateWriter, readLastState } from "../../src/journal/last-state.ts"
import type { LastState } from "../../src/journal/last-state.ts"

/** A disk of 64 KiB, in the lab's own mount namespace. */
async function smallDisk(): Promise<string> {
  const directory = await scratch()
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", directory])
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", directory])
  })
  return directory
}

/** Takes all the space that is left but `leaveBytes`; removing the file gives it back. */
async function fill(directory: string, leaveBytes: number): Promise<string> {
  const file = join(directory, "filler")
  const handle = await openFile(file, "a")
  await expect(handle.writeFile(Buffer.alloc(100_000))).rejects.toThrow("ENOSPC")
  await handle.truncate((await handle.stat()).size - leaveBytes)
  await handle.close()
  return file
}

test("a full disk is told once, costs no event, and all are written when there is space again", async () => {
  const directory = await smallDisk()
  const journal = await open(directory)
  await append(journal, 10)
  const filler = await fill(directory, 4_096)
  for (let count = 0; count < 30; count += 1) {
    journal.append(stopped("x".repeat(1_000)))
    await journal.flush()
  }
  expect(journal.unwritten).toBeGreaterThan(20)
  expect(journal.troubles).toMatchObject([{ kind: "stalled", error: expect.stringContaining("ENOSPC") as string }])
  await rm(filler)
  await eventually(() => {
    expect(journal.unwritten).toBe(0)
  })
  expect(await seqs(directory)).toEqual(upTo(40))
  expect(journal.troubles.slice(1)).toEqual([{ kind: "recovered", dropped: 0 }])
})

test("a write that fits in part leaves a torn line behind, which the next try or the next start cuts off", async () => {
  const directory = await smallDisk()
  const journal = await open(directory)
  await append(journal, 10)
  const before = await currentText(directory)
  const filler = await fill(directory, 8_192)
  journal.append(stopped("x".repeat(20_000)))
  await journal.flush()
  expect((await currentText(directory)).length).toBeGreaterThan(before.length)
  await journal.close()
  const next = await open(directory)
  expect(next.troubles).toMatchObject([{ kind: "torn", lastSeq: 10 }])
  expect(await currentText(directory)).toBe(before)
  next.append(stopped("x".repeat(20_000)))
  await next.flush()
  expect(next.unwritten).toBe(1)
  await rm(filler)
  await next.flush()
  expect(await seqs(directory)).toEqual(upTo(11))
})

test("a journal that starts on a read-only disk knows its numbers, and writes when the disk can be written", async () => {
  const directory = await smallDisk()
  await append(await open(directory), 7)
  execFileSync("mount", ["-o", "remount,ro,bind", directory])
  const journal = await open(directory)
  expect(journal.append(stopped("SIGTERM"))?.seq).toBe(8)
  expect(journal.troubles).toMatchObject([{ kind: "stalled", error: expect.stringContaining("EROFS") as string }])
  execFileSync("mount", ["-o", "remount,rw,bind", directory])
  await eventually(() => {
    expect(journal.unwritten).toBe(0)
  })
  expect(await seqs(directory)).toEqual(upTo(8))
})

test("a disk that is mounted over the directory brings its own numbers", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 2)
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", directory])
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", directory])
  })
  await append(await open(directory), 5)
  await append(journal, 1)
  expect(await seqs(directory)).toEqual(upTo(6))
  expect(journal.troubles).toMatchObject([{ kind: "replaced" }])
})

test("a state that does not fit leaves the last good one in place", async () => {
  const directory = await smallDisk()
  const time = "2025-03-01T12:00:00.000Z"
  const state = (reason: string): LastState => ({
    v: 1,
    time,
    links: { isp1: { state: "up", since: time, reason } },
    gateways: {},
  })
  const troubles: string[] = []
  const writer = createLastStateWriter(directory, text => troubles.push(text))
  writer.write(state("good"))
  await writer.flush()
  await fill(directory, 8_192)
  writer.write(state("x".repeat(20_000)))
  await writer.flush()
  expect(troubles).toMatchObject([expect.stringContaining("ENOSPC")])
  expect(await readLastState(directory, expect.unreachable)).toEqual(state("good"))
})
