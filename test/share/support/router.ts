import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { BehaviorSubject, filter, firstValueFrom, map, merge, ReplaySubject, Subject, timeout, timer } from "rxjs"
import type { Subscription } from "rxjs"
import { parseConfig } from "../../../src/config/parse.ts"
import type { ShareConfig } from "../../../src/core/share-config.ts"
import type { EventDraft, JournalEvent } from "../../../src/core/events.ts"
import { openJournal } from "../../../src/journal/journal.ts"
import { followJournal, readJournal } from "../../../src/journal/read.ts"
import { share, type ShareNews } from "../../../src/share/share.ts"
import { runOf, type StateRecord } from "../../../src/share/wire.ts"

/** `share` of a configuration file, as it is after parsing. */
export function shareConfig(written: object, environment: Readonly<Record<string, string>> = {}): ShareConfig {
  const links = [{ name: "isp1", interface: "eth0", mark: 1 }]
  const text = JSON.stringify({ router: "x", lan: ["lan0"], links, probes: [{ icmp: "1.1.1.1" }], share: written })
  const result = parseConfig(text, { hostname: "x", environment })
  if (!result.ok || result.config.share === null) throw new Error(JSON.stringify(result))
  return result.config.share
}

/** A router with a real journal that shares: all of an agent that matters to Redis. */
export interface SharingRouter {
  readonly append: (draft?: EventDraft) => JournalEvent
  /** The record is another. */
  readonly setRecord: (changes: Partial<StateRecord>) => void
  /** All that sharing has said so far, and says from now on. */
  readonly news$: ReplaySubject<ShareNews>
  /** The first such news from now on. */
  readonly next: (isWanted: (news: ShareNews) => boolean, withinMs?: number) => Promise<ShareNews>
  readonly lines: () => Promise<readonly string[]>
  readonly stop: () => Promise<void>
}

const UP: StateRecord["links"][number] = {
  name: "isp1",
  line: "fibre-1",
  state: "up",
  since: "2026-01-31T10:00:00.000Z",
  reason: "its targets answer",
  weight: 1,
  share: 1,
  loss: 0,
  rttMs: 12,
  drained: false,
  damped: false,
  probed: true,
}

export function recordOf(router: string, changes: Partial<StateRecord> = {}): StateRecord {
  const since = "2026-01-31T10:00:00.000Z"
  const frame = { v: 1, router, site: "home", time: new Date().toISOString(), pid: 1, since, seq: 0 } as const
  return { ...frame, rulesInSync: true, links: [UP], lastEvent: null, ...changes }
}

export async function startSharing(config: ShareConfig, router: string): Promise<SharingRouter> {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-share-"))
  const journal = await openJournal({ directory, router, site: "home" })
  const appended$ = new Subject<JournalEvent>()
  const news$ = new ReplaySubject<ShareNews>(Infinity)
  let record: Partial<StateRecord> = {}
  const current = () => recordOf(router, { seq: journal.lastSeq, ...record })
  const record$ = new BehaviorSubject(current())
  const subscription: Subscription = share(config, {
    router,
    site: "home",
    run: runOf(record$.value.since, record$.value.pid),
    journal: {
      follow: (seq, signal) => followJournal(directory, { sinceSeq: seq }, signal),
      read: seq => readJournal(directory, { sinceSeq: seq }),
    },
    appended$,
    record$: merge(record$, timer(0, config.ttlMs / 3).pipe(map(current))),
  }).subscribe(news$)
  return {
    append: (draft = { type: "link.carrier", link: "isp1", carrier: true }) => {
      const event = journal.append(draft)
      if (event === null) throw new Error("the journal dropped it")
      appended$.next(event)
      return event
    },
    setRecord: changes => {
      record = changes
      record$.next(current())
    },
    news$,
    next: (isWanted, withinMs = 20_000) => firstValueFrom(news$.pipe(filter(isWanted), timeout({ first: withinMs }))),
    lines: async () => {
      const found: string[] = []
      for await (const event of readJournal(directory)) found.push(JSON.stringify(event))
      return found
    },
    stop: async () => {
      subscription.unsubscribe()
      await journal.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export const published = (seq: number) => (news: ShareNews) => news.kind === "published" && news.seq === seq

export const works = (half: "writing" | "reading") => (news: ShareNews) => news.kind === "works" && news.half === half
