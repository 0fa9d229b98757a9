import { catchError, concat, defer, of, retry, shareReplay, type Observable } from "rxjs"
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
 * tells of it after all. Replays the newest.
 */
export function keptForStart(config: Config, { disk, warn }: Pick<Desk, "disk" | "warn">): Observable<Kept | null> {
  const read = async () => meant(await readOverrides(config.stateDir, warn), config)
  const late$ = defer(() => disk.inTurn(read)).pipe(retry({ delay: AGAIN_MS }))
  return defer(() => disk.atStart(read)).pipe(
    catchError((error: unknown) => {
      warn(new Error(`drains, weights and pins that were set by hand do not hold yet: ${String(error)}`))
      return concat(of(null), late$)
    }),
    shareReplay({ bufferSize: 1, refCount: false }),
  )
}

async function meant(kept: KeptOverrides, config: Config): Promise<Kept> {
  const { pins, unfit } = readPins(kept.pins, config, await loadProtocols())
  return { overrides: { ...kept, pins }, unfit }
}
