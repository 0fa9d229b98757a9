import { appendFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"

import {
  append,
  carrier,
  collect,
  currentText,
  eventually,
  open,
  rotatedNames,
  scratch,
  seqs,
  stopped,
  upTo,
} from "./helpers.ts"
import { readJournal } from "../../src/journal/read.ts"

test("an event is one line with its number, time and place before what happened", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  const event = journal.append(stopped("SIGTERM"), new Date("2025-03-01T12:00:00.250Z"))
  await journal.flush()
  expect(await currentText(directory)).toBe(
    '{"v":1,"seq":1,"time":"2025-03-01T12:00:00.250Z","router":"rtr-a","site":"home","type":"agent.stopped","reason":"SIGTERM"}\n',
  )
  expect(await collect(readJournal(directory))).toEqual([event])
})

test("numbers are given at once, in order of call, before anything is written", async () => {
  const journal = await open(await scratch())
  expect([journal.append(carrier())?.seq, journal.append(carrier())?.seq]).toEqual([1, 2])
  expect([journal.lastSeq, journal.unwritten]).toEqual([2, 2])
  await journal.flush()
  expect(journal.unwritten).toBe(0)
})

test("what is appended is written without anybody asking for it", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  journal.append(carrier())
  await eventually(async () => {
    expect(await seqs(directory)).toEqual([1])
  })
})

test("events that come while others are being written are written too", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  for (let i = 0; i < 200; i += 1) {
    journal.append(carrier())
    if (i % 7 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await eventually(() => {
    expect(journal.unwritten).toBe(0)
  })
  expect(await seqs(directory)).toEqual(upTo(200))
})

test("numbers go on after a restart", async () => {
  const directory = await scratch()
  for (let start = 0; start < 3; start += 1) {
    const journal = await open(directory)
    await append(journal, 2)
    await journal.close()
  }
  expect(await seqs(directory)).toEqual(upTo(6))
})

test("directories are made for owner and group alone, files likewise", async () => {
  const directory = join(await scratch(), "var", "evenkeel")
  await open(directory)
  // The umask may take more away, but nothing from the owner.
  expect((await stat(directory)).mode & 0o727).toBe(0o700)
  expect((await stat(join(directory, "events.jsonl"))).mode & 0o737).toBe(0o600)
})

test("a full file is named after its first event, and the oldest beyond the limit go", async () => {
  const directory = await scratch()
  const journal = await open(directory, { maxBytes: 500, keep: 3 })
  for (let count = 0; count < 30; count += 1) await append(journal, 1)
  const names = await rotatedNames(directory)
  expect(names).toHaveLength(3)
  expect(names.at(-1)).toMatch(/^events\.0{14}\d\d\.jsonl$/)
  const left = await seqs(directory)
  expect(left).toEqual(upTo(30, left[0]))
  expect(names[0]).toContain(String(left[0]))
  for (const name of names) expect((await stat(join(directory, name))).size).toBeLessThanOrEqual(500)
})

test("one large batch is spread over as many files as it needs", async () => {
  const directory = await scratch()
  const journal = await open(directory, { maxBytes: 1_000, keep: 100 })
  await append(journal, 100)
  expect((await rotatedNames(directory)).length).toBeGreaterThan(10)
  expect(await seqs(directory)).toEqual(upTo(100))
})

test("a smaller number of files to keep holds from the next start on", async () => {
  const directory = await scratch()
  await append(await open(directory, { maxBytes: 500, keep: 10 }), 30)
  await open(directory, { maxBytes: 500, keep: 2 })
  expect(await rotatedNames(directory)).toHaveLength(2)
})

test("a crash right after the rename of a rotation costs no number", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 5)
  await journal.close()
  await rename(join(directory, "events.jsonl"), join(directory, "events.0000000000000001.jsonl"))
  expect((await open(directory)).lastSeq).toBe(5)
  await rm(join(directory, "events.jsonl"))
  await writeFile(join(directory, "events.jsonl"), "")
  await append(await open(directory), 1)
  expect(await seqs(directory)).toEqual(upTo(6))
})

test("a rotated file without one readable line still keeps its first number from being given out again", async () => {
  const directory = await scratch()
  await writeFile(join(directory, "events.0000000000000007.jsonl"), Buffer.alloc(200))
  expect((await open(directory)).append(carrier())?.seq).toBe(8)
})

test("an event too long for a line is refused, reported, and leaves no gap", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  expect(journal.append(stopped("x".repeat(300_000)))).toBeNull()
  await append(journal, 1)
  expect(await seqs(directory)).toEqual([1])
  expect(journal.troubles).toMatchObject([
    { kind: "dropped", reason: "size" },
    { kind: "recovered", dropped: 1 },
  ])
})

test("the removal of the file while the journal is open is reported, and the numbers go on", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 3)
  await rm(directory, { recursive: true })
  await append(journal, 2)
  expect(await seqs(directory)).toEqual([4, 5])
  expect(journal.troubles).toMatchObject([{ kind: "replaced" }])
})

test("what somebody else wrote into the file is kept, and its numbers are not given out again", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 1)
  await appendFile(join(directory, "events.jsonl"), (await currentText(directory)).replace('"seq":1', '"seq":2'))
  await append(journal, 1)
  expect(await seqs(directory)).toEqual(upTo(3))
  expect(journal.lastSeq).toBe(3)
})

test("a file that was emptied by hand goes on with the next number", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 3)
  await truncate(join(directory, "events.jsonl"))
  await append(journal, 1)
  expect(await seqs(directory)).toEqual([4])
})

test("a journal whose directory cannot be used at the start takes up the numbers that it finds later", async () => {
  const parent = await scratch()
  const [directory, kept] = [join(parent, "state"), join(parent, "kept")]
  await append(await open(kept), 4)
  await writeFile(directory, "a file in the place of the directory")
  const journal = await open(directory)
  journal.append(carrier())
  journal.append(carrier())
  await rm(directory)
  await rename(kept, directory)
  await eventually(() => {
    expect(journal.unwritten).toBe(0)
  })
  expect(await seqs(directory)).toEqual(upTo(6))
  expect(journal.lastSeq).toBe(6)
  expect(journal.troubles.map(trouble => trouble.kind)).toEqual(["stalled", "recovered"])
})
