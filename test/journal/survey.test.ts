import fc from "fast-check"
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"

import { append, collect, currentText, open, scratch, seqs, stopped, upTo } from "./helpers.ts"
import { openJournal } from "../../src/journal/journal.ts"
import { readJournal } from "../../src/journal/read.ts"
import type { JournalTrouble } from "../../src/journal/trouble.ts"
import { describeTrouble } from "../../src/journal/trouble.ts"

const site = { router: "rtr-a", site: "home" }

/** Opens a journal whose current file holds `bytes`, appends one event, and says what became of it. */
async function reopen(parent: string, bytes: Buffer) {
  const directory = await mkdtemp(join(parent, "case-"))
  await writeFile(join(directory, "events.jsonl"), bytes)
  const troubles: JournalTrouble[] = []
  const journal = await openJournal({ directory, ...site, onTrouble: trouble => troubles.push(trouble) })
  const event = journal.append(stopped("the next event"))
  await journal.close()
  const text = await currentText(directory)
  await rm(directory, { recursive: true })
  return { seq: event?.seq, text, troubles }
}

async function validText(directory: string): Promise<Buffer> {
  const journal = await open(directory)
  for (const reason of ["SIGTERM", "ende – 終わり", 'quote " and \\ and \n newline', "", "x".repeat(300)]) {
    journal.append(stopped(reason))
  }
  await journal.flush()
  return Buffer.from(await currentText(directory))
}

test("every prefix of a journal opens, loses only the torn line, and goes on with the right number", async () => {
  const directory = await scratch()
  const whole = await validText(directory)
  const property = fc.asyncProperty(fc.nat(whole.length), async length => {
    const prefix = whole.subarray(0, length)
    const kept = prefix.subarray(0, prefix.lastIndexOf("\n") + 1)
    const lines = kept.filter(byte => byte === 0x0a).length
    const { seq, text, troubles } = await reopen(directory, prefix)
    expect(seq).toBe(lines + 1)
    expect(text.startsWith(kept.toString())).toBe(true)
    expect(text.slice(kept.toString().length).match(/\n/g)).toHaveLength(1)
    const torn = length - kept.length
    expect(troubles).toMatchObject(torn > 0 ? [{ kind: "torn", bytes: torn, lastSeq: lines }] : [])
  })
  await fc.assert(property, { numRuns: 200 })
})

const junk = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map(bytes => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 200_000 }).map(length => Buffer.alloc(length)),
  fc
    .array(fc.constantFrom("\n", "{}\n", "null\n", '{"seq":0}\n', '{"v":1,"seq":9', "[]\n"))
    .map(parts => Buffer.from(parts.join(""))),
)

test("whatever junk a power loss leaves behind the last line is cut off", async () => {
  const directory = await scratch()
  const whole = await validText(directory)
  const property = fc.asyncProperty(junk, async bytes => {
    const { seq, text } = await reopen(directory, Buffer.concat([whole, bytes]))
    expect(seq).toBe(6)
    expect(text.startsWith(whole.toString())).toBe(true)
    expect(text.split("\n")).toHaveLength(7)
  })
  await fc.assert(property, { numRuns: 100 })
})

test("a file of nothing but NUL bytes starts at 1", async () => {
  const { seq, troubles } = await reopen(await scratch(), Buffer.alloc(100_000))
  expect(seq).toBe(1)
  expect(troubles.map(describeTrouble).join()).toMatch(/events\.jsonl: cutting 100000 torn bytes off after event 0$/)
})

test("a torn line is found behind a line that is longer than one read", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  journal.append(stopped("x".repeat(200_000)))
  await journal.close()
  await appendFile(join(directory, "events.jsonl"), '{"v":1,"se')
  await append(await open(directory), 1)
  expect(await seqs(directory)).toEqual([1, 2])
})

test("lines of a newer version are no damage: they are kept, skipped by readers, and their numbers count", async () => {
  const directory = await scratch()
  await writeFile(join(directory, "events.jsonl"), '{"v":2,"seq":41,"when":"later"}\n')
  const journal = await open(directory)
  await append(journal, 1)
  expect(journal.troubles).toEqual([])
  expect(await currentText(directory)).toMatch(/^\{"v":2,"seq":41,"when":"later"\}\n\{"v":1,"seq":42,/)
  expect(await seqs(directory)).toEqual([42])
})

test("a corrupt line in the middle is skipped, counted and reported with its file and line", async () => {
  const directory = await scratch()
  await append(await open(directory), 6)
  const lines = (await currentText(directory)).split("\n")
  lines[1] = "\0".repeat(50)
  lines[3] = lines[3]?.replace('"time":"', '"time":"not ') ?? ""
  await writeFile(join(directory, "events.jsonl"), lines.join("\n"))
  const troubles: JournalTrouble[] = []
  const events = await collect(readJournal(directory, { onTrouble: trouble => troubles.push(trouble) }))
  expect(events.map(event => event.seq)).toEqual([1, 3, 5, 6])
  const file = join(directory, "events.jsonl")
  expect(troubles).toEqual([
    { kind: "corrupt", file, line: 2, count: 1 },
    { kind: "corrupt", file, line: 4, count: 2 },
  ])
  expect((await open(directory)).lastSeq).toBe(6)
})

test("a corrupt line longer than any event is skipped without being kept in memory", async () => {
  const directory = await scratch()
  await append(await open(directory), 1)
  const line = await currentText(directory)
  const huge = Buffer.alloc(8 * 1024 ** 2, "x")
  await writeFile(
    join(directory, "events.jsonl"),
    Buffer.concat([Buffer.from(line), huge, Buffer.from(`\n${line.replace('"seq":1', '"seq":2')}`)]),
  )
  expect(await seqs(directory)).toEqual(upTo(2))
})
