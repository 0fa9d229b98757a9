import { concatMap, first, ignoreElements, mergeMap, switchMap, type Observable } from "rxjs"
import type { Loaded } from "../config/load.ts"
import { keepTakenConfig } from "../journal/taken-config.ts"
import { stateDirectoryIn } from "../system/service-manager.ts"
import { version } from "../version.ts"
import type { Desk } from "./desk.ts"

/** What an agent begins with. */
export interface Beginning extends Loaded {
  /** Whole path of the configuration. */
  readonly file: string
  /** What is wrong with the file now, so that what an agent last took of it is run; empty: nothing, it is run as it is. */
  readonly problems: readonly string[]
}

/** That it has started, and by what, if that is not the file as it is now. */
export function tellStart({ tell, backend }: Pick<Desk, "tell" | "backend">, { file, problems }: Beginning): void {
  const isLastGood = problems.length > 0
  const started = { type: "agent.started", version, pid: process.pid, backend: backend.name } as const
  tell({ ...started, ...(isLastGood && { lastGood: true }) })
  if (isLastGood) tell({ type: "config.rejected", file, problems })
}

/**
 * What the agent steers by is kept for a start that finds the file wrong; never what would keep it from starting. Not where
 * the file says alone, but where a service finds it when there is no file.
 */
export function keepTaken(
  { file, warn, disk }: Pick<Desk, "file" | "warn" | "disk">,
  stateDir: string,
  text$: Observable<string>,
  views$: Observable<object | null>,
): Observable<never> {
  const places = [...new Set([stateDir, stateDirectoryIn(process.env) ?? stateDir])]
  return views$.pipe(
    first(views => views !== null),
    switchMap(() => text$),
    mergeMap(text => places.map(place => ({ place, taken: { file, text } }))),
    concatMap(({ place, taken }) => disk.inTurn(() => keepTakenConfig(place, taken)).catch(warn)),
    ignoreElements(),
  )
}
