import { loadProtocols } from "../config/load.ts"
import { readPins } from "../config/pin.ts"
import type { Config } from "../core/config.ts"
import type { Overrides } from "../core/overrides.ts"
import { atLength, type OnDisk } from "../files/disk.ts"
import { readOverrides } from "../journal/overrides-file.ts"

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

export async function keptOverrides(
  config: Config,
  onTrouble: (text: string) => void,
  onDisk: OnDisk = atLength,
): Promise<Kept> {
  const [kept, protocols] = await Promise.all([readOverrides(config.stateDir, onTrouble, onDisk), loadProtocols()])
  const { pins, unfit } = readPins(kept.pins, config, protocols)
  return { overrides: { ...kept, pins }, unfit }
}
