import { resolve } from "node:path"
import type { Logger } from "pino"
import { BehaviorSubject, filter, skip, type Observable } from "rxjs"
import type { Config } from "../core/config.ts"
import { isTrouble, type EventDraft, type JournalEvent } from "../core/events.ts"
import { lackingCapabilities, type Rights } from "../core/rights.ts"
import { hasMainDefault, noMainDefault } from "../core/routing.ts"
import { createDisk, type Disk } from "../files/disk.ts"
import { openJournal, type Journal } from "../journal/journal.ts"
import { createLastStateWriter, type LastStateWriter } from "../journal/last-state.ts"
import { describeTrouble, type JournalTrouble } from "../journal/trouble.ts"
import { detectBackend } from "../system/detect-backend.ts"
import type { Backend } from "../system/iptables.ts"
import { takeLock, type LockHolder } from "../system/lock.ts"
import { readRights } from "../system/rights.ts"
import { readRoutes } from "../system/routes.ts"
import { seldom } from "./seldom.ts"
import { createTallies, type Tallies } from "./tallies.ts"

/** What an agent has at hand for as long as it lives, whatever its configuration becomes. */
export interface Desk {
  /** Path of the configuration. */
  readonly file: string
  readonly backend: Backend
  readonly journal: Journal
  readonly lastState: LastStateWriter
  /** For all else that is kept in `stateDir`. */
  readonly disk: Disk
  readonly log: Logger
  /** Writes an event to the journal and the log. */
  readonly tell: (event: EventDraft) => void
  /** Each event at the moment it gets its number. */
  readonly told$: Observable<JournalEvent>
  /** Null: this agent has told nothing yet. */
  readonly lastEvent: () => JournalEvent | null
  /** Logs trouble that the agent can live with. */
  readonly warn: (error: unknown) => void
  /** Logs, once an hour at most, why what was there before could not be kept for `teardown`. */
  readonly warnUnkept: (error: unknown) => void
  /** What becomes of probes, for those who ask for metrics. */
  readonly tallies: Tallies
  readonly close: () => Promise<void>
}

/** Another evenkeel works on this router. */
class Occupied extends Error {
  override readonly name = "Occupied"
}

/** Without these the kernel refuses every rule and every probe, again and again. */
class NoRights extends Error {
  override readonly name = "NoRights"
}

/**
 * Takes the router's lock and opens what the agent writes to.
 * @throws NoRights; Occupied; Error when no iptables works here.
 */
export async function openDesk(file: string, config: Config, log: Logger): Promise<Desk> {
  refuseWithoutRights(await readRights())
  const release = await occupy(file)
  const backend = await chooseBackend(log)
  const warn = (error: unknown) => {
    log.warn(error instanceof Error ? error.message : String(error))
  }
  if (!hasMainDefault(await readRoutes(4))) warn(noMainDefault)
  const { journal, lastState, disk } = await openRecords(config, warn)
  const close = async () => {
    await Promise.all([journal.close(), lastState.flush()])
    await release()
  }
  const told = { ...teller(journal, log), warn, warnUnkept: unkept(warn) }
  return { file, backend, journal, lastState, disk, log, ...told, tallies: createTallies(), close }
}

/** A disk that stays full or hangs, beside a sysctl that stays as it is, would be told of with every reading. */
function unkept(warn: Desk["warn"]): Desk["warnUnkept"] {
  const isNews = seldom({ most: 1, everyMs: 3_600_000 })
  return error => {
    if (!isNews()) return
    const why = error instanceof Error ? error.message : String(error)
    warn(new Error(`what was there before is not kept for teardown: ${why}`))
  }
}

/** @throws NoRights, naming what is missing. */
export function refuseWithoutRights(rights: Rights): void {
  const lacking = lackingCapabilities(rights)
  if (lacking.length > 0)
    throw new NoRights(`this process lacks ${lacking.join(" and ")}: run it as root: sudo evenkeel run`)
}

async function chooseBackend(log: Logger): Promise<Backend> {
  const { backend, both, reason } = await detectBackend()
  log.info({ backend: backend.name }, `iptables back end: ${backend.name}, as ${reason}`)
  if (both) log.warn("nft and legacy iptables both hold rules, and the kernel applies both: see evenkeel doctor")
  return backend
}

async function openRecords({ stateDir: directory, router, site }: Config, warn: Desk["warn"]) {
  const onTrouble = (trouble: JournalTrouble) => {
    warn(describeTrouble(trouble))
  }
  const journal = await openJournal({ directory, router, site, onTrouble })
  const disk = createDisk()
  return { journal, disk, lastState: createLastStateWriter(directory, warn, disk.inTurn) }
}

function teller(journal: Journal, log: Logger): Pick<Desk, "tell" | "told$" | "lastEvent"> {
  const told$ = new BehaviorSubject<JournalEvent | null>(null)
  return {
    tell: draft => {
      const { type, ...details } = draft
      const event = journal.append(draft)
      log[isTrouble(draft) ? "warn" : "info"](details, type)
      if (event !== null) told$.next(event)
    },
    told$: told$.pipe(
      skip(1),
      filter(event => event !== null),
    ),
    lastEvent: () => told$.value,
  }
}

/** @throws Occupied, saying by whom. */
export async function occupy(file: string): Promise<() => Promise<void>> {
  const lock = await takeLock({ pid: process.pid, since: new Date().toISOString(), config: resolve(file) })
  if ("release" in lock) return lock.release
  throw new Occupied(occupiedText(lock.heldBy))
}

function occupiedText(holder: LockHolder | null): string {
  if (holder === null)
    return "another evenkeel works on this router, and does not say who it is. Stop it first: systemctl stop evenkeel"
  const { pid, since, config } = holder
  return [
    `another evenkeel works on this router: pid ${pid}, since ${since}, with ${config}.`,
    `It takes a changed configuration at once: systemctl reload evenkeel, or kill -HUP ${pid}`,
    `To do this without it, stop it first: systemctl stop evenkeel, or kill ${pid}`,
  ].join("\n")
}
