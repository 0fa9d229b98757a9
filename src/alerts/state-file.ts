import { readdir, readFile, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import type { Kept } from "../core/alerts/kept.ts"
import { orIfMissing } from "../files/if-missing.ts"
import { oneByOne } from "../files/one-by-one.ts"
import { replaceFile } from "../files/replace-file.ts"
import { keptShape } from "./kept-shape.ts"

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
    const { about, state, delivery } = keptShape.parse(JSON.parse(text))
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

/** One alert at a time: each write that hangs takes one of the few threads that looking up names needs as well. */
const inTurn = oneByOne()

export function writeKept(stateDir: string, name: string, kept: Kept): Promise<void> {
  return inTurn(() => replaceFile(fileOf(stateDir, name), `${JSON.stringify({ v: 1, ...kept })}\n`))
}

/** Drops what is kept of alerts that are not among `names`; returns what each had still to say. What cannot be read stays. */
export async function forgetOthers(stateDir: string, names: readonly string[]): Promise<readonly Forgotten[]> {
  const files = await orIfMissing(readdir(directoryOf(stateDir)), [])
  const others = files.flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []).filter(name => !names.includes(name))
  const forgotten = await Promise.allSettled(others.map(name => forget(stateDir, name)))
  return forgotten.flatMap(result => (result.status === "fulfilled" ? [result.value] : []))
}

export interface Forgotten {
  readonly name: string
  readonly pending: number
}

async function forget(stateDir: string, name: string): Promise<Forgotten> {
  const text = await orIfMissing(readFile(fileOf(stateDir, name), "utf8"), "")
  await rm(fileOf(stateDir, name), { force: true })
  const { success, data } = keptShape.safeParse(text === "" ? null : jsonOrNull(text))
  return { name, pending: success ? data.state.queue.length : 0 }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // what makes no sense has nothing to say
  }
}
