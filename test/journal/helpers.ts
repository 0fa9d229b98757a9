import { mkdtemp, readdir, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished, vi } from "vitest"

import type { EventDraft, JournalEvent } from "../../src/core/events.ts"
import { openJournal } from "../../src/journal/journal.ts"
import type { Journal, JournalOptions } from "../../src/journal/journal.ts"
import { readJournal } from "../../src/journal/read.ts"
import type { JournalTrouble } from "../../src/journal/trouble.ts"

// These tests wait for a real disk, which other work on the machine may keep busy.
vi.setConfig({ testTimeout: 60_000 })

/** A directory of its own, gone when the test is over. */
export async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-journal-"))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export async function open(
  directory: string,
  options: Partial<JournalOptions> = {},
): Promise<Journal & { readonly troubles: JournalTrouble[] }> {
  const troubles: JournalTrouble[] = []
  const onTrouble = (trouble: JournalTrouble) => troubles.push(trouble)
  const journal = await openJournal({ directory, router: "rtr-a", site: "home", retryMs: 20, onTrouble, ...options })
  onTestFinished(() => journal.close())
  return Object.assign(Object.create(journal) as Journal, { troubles })
}

export function carrier(link = "isp1"): EventDraft {
  return { type: "link.carrier", link, carrier: true }
}

export function stopped(reason: string): EventDraft {
  return { type: "agent.stopped", reason }
}

export async function append(journal: Journal, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) journal.append(carrier())
  await journal.flush()
}

export async function collect(events: AsyncIterable<JournalEvent>): Promise<JournalEvent[]> {
  const all: JournalEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

export async function seqs(directory: string): Promise<number[]> {
  return (await collect(readJournal(directory))).map(event => event.seq)
}

/** first, first + 1, … last */
export function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export function currentText(directory: string): Promise<string> {
  return readFile(join(directory, "events.jsonl"), "utf8")
}

export async function rotatedNames(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter(name => name !== "events.jsonl").sort()
}

/** Tries again until the assertion holds; how long that may take says nothing, on a busy machine. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertion, 30_000)
}
