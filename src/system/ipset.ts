import type { Family } from "../core/ip-family.ts"
import { fillText, holds, isOurKind, isOurs, linesOf, type KernelSet } from "../core/ipsets.ts"
import { failTogether } from "./fail-together.ts"
import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

/** A million networks take a quick machine some seconds. */
const timeoutMs = 60_000

/**
 * Has the kernel hold these sets. Those that hold other networks are filled beside themselves and swapped; the others
 * are left alone. Returns the names of those that were filled.
 * @throws Error with all that went wrong; each set is as it was or as it shall be, whatever becomes of the others.
 */
export async function fillSets(wanted: readonly KernelSet[]): Promise<readonly string[]> {
  if (wanted.length === 0) return []
  const present = await listSets()
  const filled: string[] = []
  const errors: unknown[] = []
  for (const set of wanted)
    try {
      if (await fill(set, present)) filled.push(set.name)
    } catch (error) {
      errors.push(error)
    }
  failTogether(errors)
  return filled
}

async function fill(set: KernelSet, present: readonly string[]): Promise<boolean> {
  if (present.includes(set.name)) {
    const { stdout } = await run("ipset", ["save", set.name], { timeoutMs })
    if (!isOurKind(stdout, set)) throw new Error(foreign(set.name))
    if (holds(stdout, set)) return false
  }
  await run("ipset", ["restore"], { input: fillText(set, present), timeoutMs })
  return true
}

function foreign(name: string): string {
  return `ipset ${name} is of a kind that evenkeel does not make: rename yours (ipset rename ${name} NEW), or name the set otherwise`
}

/** Those of `names` that are not there. */
export async function missingSets(names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return []
  const present = await listSets()
  return names.filter(name => !present.includes(name))
}

/**
 * Destroys every set of ours but `kept`, of one family or of both. Returns their names.
 * @throws Error with all that went wrong: a set that a rule still asks stays.
 */
export async function removeSets(kept: readonly string[] = [], family?: Family): Promise<readonly string[]> {
  const stale = (await listSetsIfAny()).filter(name => isOurs(name, family) && !kept.includes(name))
  const done = await Promise.allSettled(stale.map(name => run("ipset", ["destroy", name])))
  failTogether(done.flatMap(result => (result.status === "rejected" ? [result.reason as unknown] : [])))
  return stale
}

/** Who never needed sets need not have ipset(8). */
async function listSetsIfAny(): Promise<readonly string[]> {
  try {
    return await listSets()
  } catch (error) {
    if (error instanceof RunError && error.code === "ENOENT") return []
    throw error
  }
}

async function listSets(): Promise<readonly string[]> {
  return linesOf((await run("ipset", ["list", "-n"])).stdout)
}
