import { rm } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"

import { append, carrier, collect, open, rotatedNames, scratch, seqs, stopped, upTo } from "./helpers.ts"
import { readJournal } from "../../src/journal/read.ts"

test("a missing directory and an empty journal hold no events", async () => {
  const directory = await scratch()
  expect(await seqs(join(directory, "missing"))).toEqual([])
  await open(directory)
  expect(await seqs(directory)).toEqual([])
})

test("rotated files are read in order before the current one", async () => {
  const directory = await scratch()
  await append(await open(directory, { maxBytes: 700, keep: 1_000 }), 120)
  expect(await seqs(directory)).toEqual(upTo(120))
})

test("reading begins with the number asked for, in whichever file it is", async () => {
  const directory = await scratch()
  await append(await open(directory, { maxBytes: 700, keep: 1_000 }), 50)
  for (const sinceSeq of upTo(52)) {
    const events = await collect(readJournal(directory, { sinceSeq }))
    expect(events.map(event => event.seq)).toEqual(sinceSeq > 50 ? [] : upTo(50, sinceSeq))
  }
})

test("reading begins at a time, and a clock that is set back hides nothing that came later", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  const minutes = [0, 10, 20, 5, 30]
  for (const minute of minutes) journal.append(carrier(), new Date(Date.UTC(2025, 0, 1, 12, minute)))
  await journal.flush()
  const sinceTime = new Date("2025-01-01T12:10:00Z")
  const events = await collect(readJournal(directory, { sinceTime }))
  expect(events.map(event => event.seq)).toEqual([2, 3, 4, 5])
})

test("events are narrowed to a link and to types", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  journal.append(carrier("isp1"))
  journal.append(carrier("isp2"))
  journal.append(stopped("SIGTERM"))
  journal.append({ type: "link.address", family: "ipv4", link: "isp2", address: null, gateway: null })
  await journal.flush()
  const numbers = async (filter: Parameters<typeof readJournal>[1]) =>
    (await collect(readJournal(directory, filter))).map(event => event.seq)
  expect(await numbers({ link: "isp2" })).toEqual([2, 4])
  expect(await numbers({ types: ["agent.stopped", "link.carrier"] })).toEqual([1, 2, 3])
  expect(await numbers({ link: "isp2", types: ["link.carrier"] })).toEqual([2])
})

test("a rotation in the middle of reading neither loses nor repeats an event", async () => {
  const directory = await scratch()
  const journal = await open(directory, { maxBytes: 700, keep: 1_000 })
  await append(journal, 20)
  const read: number[] = []
  for await (const event of readJournal(directory)) {
    read.push(event.seq)
    if (event.seq <= 60) await append(journal, 1)
  }
  expect(read).toEqual(upTo(read.length))
  expect(read.length).toBeGreaterThanOrEqual(20)
})

test("files that are removed as the oldest while reading are passed over", async () => {
  const directory = await scratch()
  await append(await open(directory, { maxBytes: 700, keep: 1_000 }), 40)
  const reader = readJournal(directory)
  expect((await reader.next()).value?.seq).toBe(1)
  const [first, second, third] = await rotatedNames(directory)
  for (const name of [first, second]) await rm(join(directory, String(name)))
  const rest = (await collect(reader)).map(event => event.seq)
  expect(rest.slice(-5)).toEqual(upTo(40, 36))
  expect(rest.find(seq => seq >= Number(third?.slice(7, 23)))).toBe(Number(third?.slice(7, 23)))
})

test("stopping early closes the file", async () => {
  const directory = await scratch()
  await append(await open(directory), 10)
  for await (const event of readJournal(directory)) if (event.seq === 3) break
  await rm(directory, { recursive: true })
  expect(await seqs(directory)).toEqual([])
})
