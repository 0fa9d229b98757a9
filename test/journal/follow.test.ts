import { rm, truncate } from "node:fs/promises"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"

import { append, eventually, open, scratch, seqs, upTo } from "./helpers.ts"
import { followJournal } from "../../src/journal/read.ts"
import type { JournalFilter } from "../../src/journal/sieve.ts"

/** Numbers as they come; `stop` ends the reader and waits for it. */
function follow(directory: string, filter: JournalFilter = {}) {
  const controller = new AbortController()
  const numbers: number[] = []
  const done = (async () => {
    for await (const event of followJournal(directory, filter, controller.signal)) numbers.push(event.seq)
  })()
  const stop = () => {
    controller.abort()
    return done
  }
  onTestFinished(stop)
  return {
    numbers,
    stop,
    expect: (wanted: number[]) =>
      eventually(() => {
        expect(numbers).toEqual(wanted)
      }),
  }
}

test("what is there comes first, then what is appended", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 3)
  const reader = follow(directory, { sinceSeq: 2 })
  await reader.expect([2, 3])
  await append(journal, 2)
  await reader.expect([2, 3, 4, 5])
})

test("across many rotations, each event comes once and in order", async () => {
  const directory = await scratch()
  const journal = await open(directory, { maxBytes: 600, keep: 10_000 })
  const reader = follow(directory)
  for (const count of upTo(40)) await append(journal, count)
  await reader.expect(upTo(820))
})

test("readers that race with a rotation at every event miss none and repeat none", async () => {
  const directory = await scratch()
  const journal = await open(directory, { maxBytes: 1, keep: 10_000 })
  const followers = [follow(directory), follow(directory), follow(directory)]
  const written = new AbortController()
  const reading = (async () => {
    for (let longest = 0; !written.signal.aborted;) {
      const numbers = await seqs(directory)
      expect(numbers).toEqual(upTo(numbers.length))
      expect(numbers.length).toBeGreaterThanOrEqual(longest)
      longest = numbers.length
    }
  })()
  onTestFinished(() => {
    written.abort()
  })
  for (let count = 0; count < 300; count += 1) await append(journal, 1)
  written.abort()
  await reading
  for (const follower of followers) await follower.expect(upTo(300))
})

test("a journal that does not exist yet is found when it is made", async () => {
  const directory = join(await scratch(), "later")
  const reader = follow(directory)
  await append(await open(directory), 2)
  await reader.expect([1, 2])
})

test("it goes on in a directory that was removed and made again", async () => {
  const directory = join(await scratch(), "state")
  const journal = await open(directory)
  await append(journal, 2)
  const reader = follow(directory)
  await reader.expect([1, 2])
  await rm(directory, { recursive: true })
  await append(journal, 2)
  await reader.expect([1, 2, 3, 4])
})

test("it goes on in a file that was emptied by hand", async () => {
  const directory = await scratch()
  const journal = await open(directory)
  await append(journal, 5)
  const reader = follow(directory)
  await reader.expect(upTo(5))
  await truncate(join(directory, "events.jsonl"))
  await append(journal, 1)
  await reader.expect(upTo(6))
})

test("aborting ends it at once, even while it waits", async () => {
  const reader = follow(await scratch())
  await reader.stop()
  expect(reader.numbers).toEqual([])
})
