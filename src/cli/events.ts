import { existsSync } from "node:fs"
import { join } from "node:path"
import type { CommandModule } from "yargs"
import { loadStateDir } from "../config/load.ts"
import { nearest } from "../config/nearest.ts"
import type { Config } from "../core/config.ts"
import type { EventDraft, JournalEvent } from "../core/events.ts"
import { currentFile } from "../journal/files.ts"
import { followJournal, readJournal } from "../journal/read.ts"
import type { JournalFilter } from "../journal/sieve.ts"
import { describeTrouble } from "../journal/trouble.ts"
import { eventText, eventTypes } from "./event-text.ts"
import { BadConfig, BadUsage } from "./failure.ts"
import { openScreen, type Screen } from "./format.ts"
import { readConfigWithoutSets, readWholeConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { peerJournal, type Way } from "./peer-journal.ts"
import { parseSince } from "./since.ts"
import { interrupted } from "./interrupted.ts"

interface EventOptions extends PrintOptions {
  readonly follow: boolean
  readonly since: string | undefined
  readonly link: string | undefined
  readonly type: readonly string[] | undefined
  readonly peer: string | undefined
}

export const events: CommandModule<Options, EventOptions> = {
  command: "events",
  describe: "the journal: what happened, and when",
  builder: yargs =>
    withJson(yargs)
      .option("follow", { alias: "f", type: "boolean", default: false, describe: "go on with new events until Ctrl-C" })
      .option("since", { type: "string", requiresArg: true, describe: "45s, 30m, 2h, 7d ago, or a time" })
      .option("link", { type: "string", requiresArg: true, describe: "only events of this link" })
      .option("peer", {
        type: "string",
        requiresArg: true,
        describe: "the journal of this router, from Redis; SITE/ROUTER of another site",
      })
      .option("type", { type: "string", array: true, requiresArg: true, describe: "only this type; may be repeated" }),
  handler: async options => {
    const { since, link, type } = options
    const sinceTime = since === undefined ? undefined : parseSince(since, Date.now())
    const types = type?.map(knownType)
    const screen = openScreen()
    const onTrouble: JournalFilter["onTrouble"] = trouble => {
      screen.warn(describeTrouble(trouble))
    }
    const filter = { sinceTime, link, types, onTrouble }
    const { peer, follow } = options
    const way = { follow, signal: follow ? interrupted() : new AbortController().signal, filter }
    const source: Source =
      peer === undefined
        ? ownJournal(await placeOfJournal(options.config, screen), way)
        : peerJournal(await readWholeConfig(options.config), peer, way)
    const count = await show(screen, options.json, source.events)
    if (count === 0) screen.warn(`No such events ${source.place}.${source.hint ?? ""}`)
  },
}

/** Events to show, and where they are from. */
interface Source {
  readonly events: AsyncIterable<JournalEvent>
  readonly place: string
  /** Why there may be none. */
  readonly hint?: string
}

/** `links`: none, where the configuration is wrong. */
type Place = Pick<Config, "stateDir"> & Partial<Pick<Config, "links">>

/** That a configuration was rejected stands in the journal, so that very configuration must not keep it from being read. */
async function placeOfJournal(file: string, screen: Screen): Promise<Place> {
  try {
    return await readConfigWithoutSets(file)
  } catch (error) {
    if (!(error instanceof BadConfig)) throw error
    const stateDir = await loadStateDir(file)
    if (!existsSync(join(stateDir, currentFile))) throw error
    screen.warn(`${error.message}\nThe journal is read all the same, in ${stateDir}.`)
    return { stateDir }
  }
}

function ownJournal({ stateDir, links }: Place, { follow, signal, filter }: Way): Source {
  const events = follow ? followJournal(stateDir, filter, signal) : readJournal(stateDir, filter)
  return { events, place: `in ${stateDir}`, hint: hintFor(links, filter.link) }
}

/** Returns how many there were. */
async function show(screen: Screen, json: boolean, events: AsyncIterable<JournalEvent>): Promise<number> {
  let count = 0
  for await (const event of events) {
    screen.print(json ? JSON.stringify(event) : eventText(event, screen.colors))
    count += 1
  }
  return count
}

function knownType(text: string): EventDraft["type"] {
  const type = eventTypes.find(known => known === text)
  if (type !== undefined) return type
  const meant = nearest(text, eventTypes)
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`
  throw new BadUsage(`--type ${text}: expected one of ${eventTypes.join(", ")}${hint}`)
}

/** A link that was taken out of the configuration still has its past. */
function hintFor(links: Config["links"] | undefined, link: string | undefined): string {
  if (link === undefined || links === undefined || links.some(({ name }) => name === link)) return ""
  return ` ${link} is not in the configuration: ${links.map(({ name }) => name).join(", ")} are.`
}
