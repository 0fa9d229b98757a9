import { execFileSync } from "node:child_process"
import { open as openFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"

import { append, carrier, eventually, open, scratch, seqs, upTo } from "./helpers.ts"
import { describeTrouble } from "../../src/journal/trouble.ts"

/** Puts a plain file where the directory was: every user, root too, then fails to write. */
async function breakDirectory(directory: string): Promise<() => Promise<void>> {
  await rename(directory, `${directory}.kept`)
  await writeFile(directory, "")
  return async () => {
    await rm(directory)
    await rename(`${directory}.kept`, directory)
  }
}

test("while writing fails events wait in memory, trouble is told once, and once when it is over", async () => {
  const directory = join(await scratch(), "state")
  const journal = await open(directory)
  await append(journal, 3)
  const mend = await breakDirectory(directory)
  for (let count = 0; count < 5; count += 1) await append(journal, 1)
  expect(journal.unwritten).toBe(5)
  expect(journal.troubles).toMatchObject([{ kind: "stalled", unwritten: 1 }])
  expect(journal.troubles.map(describeTrouble).join()).toContain("EEXIST")
  await mend()
  await eventually(() => {
    expect(journal.unwritten).toBe(0)
  })
  expect(await seqs(directory)).toEqual(upTo(8))
  expect(journal.troubles.slice(1)).toEqual([{ kind: "recovered", dropped: 0 }])
})

test("beyond the memory limit the newest events are dropped without a number, so the file has no gap", async () => {
  const directory = join(await scratch(), "state")
  const journal = await open(directory, { maxPendingBytes: 2_000 })
  const mend = await breakDirectory(directory)
  const numbers = upTo(100).map(() => journal.append(carrier())?.seq ?? null)
  const taken = numbers.indexOf(null)
  expect(taken).toBeGreaterThan(10)
  expect(numbers.slice(taken).every(seq => seq === null)).toBe(true)
  await journal.flush()
  await mend()
  await journal.flush()
  await append(journal, 1)
  expect(await seqs(directory)).toEqual(upTo(taken + 1))
  expect(journal.troubles.map(trouble => trouble.kind)).toEqual(["dropped", "stalled", "recovered"])
  expect(journal.troubles.at(-1)).toMatchObject({ dropped: 100 - taken })
})

test("closing while writing fails says how many events are lost, and takes no more", async () => {
  const directory = join(await scratch(), "state")
  const journal = await open(directory)
  await breakDirectory(directory)
  journal.append(carrier())
  await journal.close()
  expect(journal.append(carrier())).toBeNull()
  expect(journal.troubles).toMatchObject([
    { kind: "stalled" },
    { kind: "abandoned", unwritten: 1 },
    { kind: "dropped", reason: "closed" },
  ])
})

test("a disk that hangs delays neither the caller nor, for long, the end", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 1)
  const file = join(directory, "events.jsonl")
  await rename(file, `${file}.kept`)
  execFileSync("mkfifo", [file]) // opening a FIFO for writing hangs until somebody reads: fifo(7)
  expect(upTo(1_000).map(() => journal.append(carrier())?.seq)).toEqual(upTo(1_001, 2))
  await journal.close(50)
  expect(journal.troubles).toEqual([{ kind: "abandoned", unwritten: 1_000 }])
  await (await openFile(file, "r+")).close() // lets the hanging open(2) return, so that its thread ends
})
