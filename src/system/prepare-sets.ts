import type { FamilyConfig } from "../core/family.ts"
import { kernelSets, namesOfAll, stickySet, stickyText, withoutMissing } from "../core/ipsets.ts"
import { fillSets, missingSets, removeSets } from "./ipset.ts"
import { run } from "./run.ts"

/**
 * Has the kernel hold the sets that the rules will ask, and forgets those that no rule asks any more when the rules
 * stand. `onTrouble` hears of each that cannot be had.
 * @returns the configuration without sets that are not there: one of them would have the kernel refuse all rules.
 */
export async function prepareSets(config: FamilyConfig, onTrouble: (error: unknown) => void): Promise<FamilyConfig> {
  const { family, sets, sticky, links } = config
  if (sets.length === 0 && sticky === null) return config
  try {
    if (sticky !== null)
      await run("ipset", ["restore"], {
        input: stickyText(
          family,
          links.map(({ mark }) => mark),
        ),
      })
    await fillSets(kernelSets(sets).filter(set => set.family === family)).catch(onTrouble)
    return { ...config, sets: withoutMissing(sets, await missingSets(namesOfAll(sets))) }
  } catch (error) {
    onTrouble(error)
    return { ...config, sets: withoutMissing(sets, namesOfAll(sets)), sticky: null }
  }
}

/** Destroys sets of ours that this configuration has no more; called once no rule asks for them. */
export async function dropStaleSets({ sets, sticky, links }: FamilyConfig): Promise<void> {
  const families = [4, 6] as const
  const held = sticky === null ? [] : families.flatMap(family => links.map(({ mark }) => stickySet(family, mark)))
  await removeSets([...namesOfAll(sets), ...held])
}
