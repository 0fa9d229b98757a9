import { Observable, shareReplay } from "rxjs"
import { loadProtocols } from "../config/load.ts"
import { readPins } from "../config/pin.ts"
import type { Config } from "../core/config.ts"
import { NO_OVERRIDES, type Overrides } from "../core/overrides.ts"
import { readOverrides } from "../journal/overrides-file.ts"
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

export async function keptOverrides(config: Config, onTrouble: (text: string) => void): Promise<Kept> {
  const [kept, protocols] = await Promise.all([readOverrides(config.stateDir, onTrouble), loadProtocols()])
  const { pins, unfit } = readPins(kept.pins, config, protocols)
  return { overrides: { ...kept, pins }, unfit }
}

/**
 * For a start, which does not wait for ever: nothing at first where the disk hangs, and what was kept when it answers after
 * all. That is in the disk's turn, so that nothing is written before over what was not read. Replays the newest.
 */
export function keptForStart(config: Config, { disk, warn }: Pick<Desk, "disk" | "warn">): Observable<Kept> {
  return new Observable<Kept>(subscriber => {
    const read = async () => {
      subscriber.next(await keptOverrides(config, warn))
    }
    disk.atStart(read).catch((error: unknown) => {
      warn(new Error(`drains, weights and pins that were set by hand do not hold yet: ${String(error)}`))
      subscriber.next({ overrides: NO_OVERRIDES, unfit: [] })
    })
  }).pipe(shareReplay({ bufferSize: 1, refCount: false }))
}
