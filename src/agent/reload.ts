import { hostname } from "node:os"
import { concatMap, filter, throttleTime, type Observable } from "rxjs"
import { loadConfig, type Loaded } from "../config/load.ts"
import { problemLine } from "../config/problems.ts"
import type { Config } from "../core/config.ts"
import { hex } from "../core/hex.ts"
import { conflictHere } from "./conflict.ts"
import type { Desk } from "./desk.ts"

/** However many signals come, the file is read again at most so often, and once more after the last of them. */
const PACE_MS = 1000

/** Configurations to go on with, each from a reading of the file that had no problems. A refused one changes nothing. */
export function reloads(desk: Desk, current: () => Config, reload$: Observable<unknown>): Observable<Loaded> {
  return reload$.pipe(
    throttleTime(PACE_MS, undefined, { leading: true, trailing: true }),
    concatMap(() => reread(desk, current())),
    filter(loaded => loaded !== null),
  )
}

/** Null: refused, and the journal says why. */
async function reread(desk: Desk, current: Config): Promise<Loaded | null> {
  const { file } = desk
  const result = await loadConfig(file, { hostname: hostname(), environment: process.env })
  const problems = result.ok ? await problemsHere(current, result.config) : result.problems.map(problemLine)
  if (result.ok && problems.length === 0) return result
  desk.tell({ type: "config.rejected", file, problems })
  return null
}

/** What is wrong with a good file on this router, now. */
async function problemsHere(current: Config, next: Config): Promise<readonly string[]> {
  const conflict = await conflictHere(next)
  return [...fixedChanges(current, next), ...(conflict === null ? [] : [conflict])]
}

/** Settings that an agent takes once, when it starts; each change in words. */
export function fixedChanges(current: Config, next: Config): readonly string[] {
  const fixed = ["router", "site", "stateDir", "socket"] as const
  const changed = fixed
    .filter(key => current[key] !== next[key])
    .map(key => `${key}: changed from ${current[key]} to ${next[key]}; this needs a restart`)
  return [...changed, ...markChanges(current, next)]
}

/** Open flows keep the mark that conntrack saved for them: with another meaning, it sends them over another link. */
function markChanges(current: Config, next: Config): readonly string[] {
  const before = new Map(current.links.map(({ name, mark }) => [name, mark]))
  return [
    ...remarked("markMask", current.markMask, next.markMask),
    ...next.links.flatMap(({ name, mark }) => remarked(`mark of ${name}`, before.get(name) ?? mark, mark)),
  ]
}

function remarked(what: string, from: number, to: number): readonly string[] {
  if (from === to) return []
  return [`${what}: changed from ${hex(from)} to ${hex(to)}; this needs a restart, which breaks open flows`]
}
