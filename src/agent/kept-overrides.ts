import { catchError, concat, defer, of, retry, shareReplay, takeUntil, timer, type Observable } from "rxjs"
import { loadProtocols } from "../config/load.ts"
import { readPins } from "../config/pin.ts"
import type { Config } from "../core/config.ts"
import type { KeptOverrides, Overrides } from "../core/overrides.ts"
import { readableOverrides, readOverrides } from "../journal/overrides-file.ts"
import type { Desk } from "./desk.ts"

/** What an earlier agent left. */
export interface Kept {
  readonly overrides: Overrides
  /** Pins that mean nothing under this configuration. */
  readonly unfit: readonly UnfitPin[]
}

interface UnfitPin {
  readonly name: string
  readonly why: string
}

/** For whoever looks without an agent: none where they cannot be read. */
export async function keptOverrides(config: Config): Promise<Kept> {
  return meant(await readableOverrides(config.stateDir), config)
}

/** A disk that answers with an error is asked again. */
const AGAIN_MS = 10_000

/**
 * For a start, which does not wait for ever: null at first where the disk hangs or fails, and what was kept as soon as it
 * tells of it after all, until `stop$`. Replays the newest.
 */
export function keptForStart(
  config: Config,
  { disk, warn }: Pick<Desk, "disk" | "warn">,
  stop$: Observable<unknown>,
): Observable<Kept | null> {
  let told = ""
  const notYet = (error: unknown) => {
    const why = String(error)
    if (why !== told) warn(new Error(`drains, weights and pins that were set by hand do not hold yet: ${why}`))
    told = why
  }
  const again = (error: unknown) => {
    notYet(error)
    return timer(AGAIN_MS)
  }
  const read = async () => meant(await readOverrides(config.stateDir, warn), config)
  const late$ = defer(() => disk.inTurn(read)).pipe(retry({ delay: again }), takeUntil(stop$))
  return defer(() => disk.atStart(read)).pipe(
    catchError((error: unknown) => {
      notYet(error)
      return concat(of(null), late$)
    }),
    shareReplay({ bufferSize: 1, refCount: false }),
  )
}

async function meant(kept: KeptOverrides, config: Config): Promise<Kept> {
  const { pins, unfit } = readPins(kept.pins, config, await loadProtocols())
  return { overrides: { ...kept, pins }, unfit }
}
