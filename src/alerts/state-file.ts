import { readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { CONDITIONS } from "../core/alerts/config.ts"
import type { Kept } from "../core/alerts/kept.ts"
import { orIfMissing } from "../files/if-missing.ts"
import { replaceFile } from "../files/replace-file.ts"

const time = z.iso.datetime()
const subject = {
  condition: z.enum(CONDITIONS),
  link: z.string().nullable(),
  family: z.enum(["ipv4", "ipv6"]).nullable(),
  peer: z.string().nullable(),
}
/** As the journal's reader does, only its frame is looked at: a later version may have extended it. */
const event = z.looseObject({ v: z.literal(1), seq: z.number().int().positive(), time, type: z.string() })
const timer = z.object({ fromMs: z.number(), lastsMs: z.number() })

const incident = z.object({
  ...subject,
  key: z.string(),
  event,
  since: time,
  told: z.number().int().nonnegative(),
  waitsFromMs: z.number(),
  end: timer.nullable(),
})

const message = z.object({
  ...subject,
  ...Object.fromEntries(
    ["id", "key", "alert", "router", "site", "title", "happened", "means", "evidence", "next"].map(k => [
      k,
      z.string(),
    ]),
  ),
  kind: z.enum(["opened", "repeated", "resolved"]),
  severity: z.enum(["critical", "error", "warning"]),
  time,
  since: time,
  until: time.nullable(),
  event,
})

const states = z.record(z.string(), z.enum(["unknown", "up", "degraded", "down"]))

const schema = z.object({
  v: z.literal(1),
  about: z.object({ when: z.array(z.enum(CONDITIONS)), links: z.array(z.string()).nullable() }),
  state: z.object({
    cursor: z.object({ seq: z.number().int().positive(), time }).nullable(),
    known: z.object({
      states: z.object({ ipv4: states, ipv6: states }),
      agent: z.enum(["running", "stopped", "unknown"]),
      cameBack: time.nullable().default(null),
      isRestless: z.boolean().default(false),
      lastTime: time.nullable(),
    }),
    incidents: z.array(incident),
    queue: z.array(message),
  }),
  delivery: z.object({
    sent: z.number().int().nonnegative(),
    last: z.object({ time, title: z.string(), said: z.string() }).nullable(),
    trouble: z
      .object({
        since: time,
        attempts: z.number(),
        error: z.string(),
        isRefused: z.boolean(),
        refused: z.object({ since: time, times: z.number() }).nullable().default(null),
      })
      .nullable(),
  }),
})

function directoryOf(stateDir: string): string {
  return join(stateDir, "alerts")
}

function fileOf(stateDir: string, name: string): string {
  return join(directoryOf(stateDir), `${name}.json`)
}

/** A file that makes no sense. The message says which, and why. */
class BadKept extends Error {
  override readonly name = "BadKept"
}

/** What is kept of an alert; null: nothing is. @throws BadKept; Error when it cannot be read. */
export async function readKept(stateDir: string, name: string): Promise<Kept | null> {
  const file = fileOf(stateDir, name)
  const text = await orIfMissing(readFile(file, "utf8"), null)
  if (text === null) return null
  try {
    const { about, state, delivery } = schema.parse(JSON.parse(text))
    return { about, state, delivery } as unknown as Kept
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : String(error)
    throw new BadKept(`${file}: ${why}`)
  }
}

/** The same; a file that makes no sense is put aside, and `warn` hears of it. */
export async function readOrPutAside(
  stateDir: string,
  name: string,
  warn: (text: string) => void,
): Promise<Kept | null> {
  try {
    return await readKept(stateDir, name)
  } catch (error) {
    if (!(error instanceof BadKept)) throw error
    const file = fileOf(stateDir, name)
    await rename(file, `${file}.bad`)
    warn(`begins anew with what is so now; ${name}.json.bad is what was kept of it: ${error.message}`)
    return null
  }
}

export function writeKept(stateDir: string, name: string, kept: Kept): Promise<void> {
  return replaceFile(fileOf(stateDir, name), `${JSON.stringify({ v: 1, ...kept })}\n`)
}

/** Drops what is kept of alerts that are not among `names`; returns what each had still to say. */
export async function forgetOthers(stateDir: string, names: readonly string[]): Promise<readonly Forgotten[]> {
  const files = await orIfMissing(readdir(directoryOf(stateDir)), [])
  const others = files.flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []).filter(name => !names.includes(name))
  return Promise.all(others.map(name => forget(stateDir, name)))
}

export interface Forgotten {
  readonly name: string
  readonly pending: number
}

async function forget(stateDir: string, name: string): Promise<Forgotten> {
  const text = await orIfMissing(readFile(fileOf(stateDir, name), "utf8"), "")
  await rm(fileOf(stateDir, name), { force: true })
  const { success, data } = schema.safeParse(text === "" ? null : jsonOrNull(text))
  return { name, pending: success ? data.state.queue.length : 0 }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // what makes no sense has nothing to say
  }
}
