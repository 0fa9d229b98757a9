import type { FamilyConfig } from "../core/family.ts"
import { kernelSets, namesOfAll, stickySet, stickyText, withoutMissing } from "../core/ipsets.ts"
import { fillSets, missingSets, removeSets } from "./ipset.ts"
import { run } from "./run.ts"

type OnTrouble = (error: unknown) => void

/**
 * Has the kernel hold the sets of ours that the rules will ask. `onTrouble` hears of what cannot be had.
 * @returns whether all of it is there.
 */
export async function prepareSets(config: FamilyConfig, onTrouble: OnTrouble): Promise<boolean> {
  try {
    await makeStickySets(config)
    await fillSets(kernelSets(config.sets).filter(set => set.family === config.family))
    return true
  } catch (error) {
    onTrouble(error)
    return false
  }
}

/** Those of sticky sources, which the kernel fills: done in a moment. */
export async function makeStickySets({ family, sticky, links }: FamilyConfig): Promise<void> {
  if (sticky === null) return
  const marks = links.map(({ mark }) => mark)
  await run("ipset", ["restore"], { input: stickyText(family, marks) })
}

/** Sets that the rules would ask and that are not there, ours and others'. Where the kernel cannot be asked, all of them. */
export async function missingIn(config: FamilyConfig, onTrouble: OnTrouble): Promise<readonly string[]> {
  const names = namesIn(config)
  return missingSets(names).catch((error: unknown) => {
    onTrouble(error)
    return names
  })
}

/** The configuration without these sets: one that is not there would have the kernel refuse all rules. */
export function withoutSets(config: FamilyConfig, missing: readonly string[]): FamilyConfig {
  if (missing.length === 0) return config
  const isWhole = stickyNames(config).every(name => !missing.includes(name))
  return { ...config, sets: withoutMissing(config.sets, missing), sticky: isWhole ? config.sticky : null }
}

export async function withPresentSets(config: FamilyConfig, onTrouble: OnTrouble): Promise<FamilyConfig> {
  return withoutSets(config, await missingIn(config, onTrouble))
}

/** Destroys sets of ours that this configuration has no more; called once no rule asks for them. */
export async function dropStaleSets(config: FamilyConfig): Promise<void> {
  await removeSets(namesIn(config), config.family)
}

/** Names of all sets that the rules ask, sticky ones included. */
export function namesIn(config: FamilyConfig): readonly string[] {
  return [...namesOfAll(config.sets, config.family), ...stickyNames(config)]
}

function stickyNames({ family, sticky, links }: FamilyConfig): readonly string[] {
  return sticky === null ? [] : links.map(({ mark }) => stickySet(family, mark))
}
