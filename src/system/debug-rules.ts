import { debugInput, debugRemoval, expiredChains, type DebugRules, type Period } from "../core/debug/chains.ts"
import { parseSaved, type Saved } from "../core/saved.ts"
import { dropEmptyTable, restore, save, type Backend } from "./iptables.ts"

/** Puts in rules of `debug` that end by themselves. */
export async function install(backend: Backend, rules: DebugRules, period: Period): Promise<void> {
  await clearExpired(backend, await current(backend))
  await restore(backend, debugInput(rules, period))
}

/** Clears away what the kernel follows no more. Should somebody else be faster, the next look finds what is left. */
export async function clearExpired(backend: Backend, saved: Saved): Promise<void> {
  const { input } = debugRemoval(expiredChains(saved, Date.now()), saved)
  if (input !== "") await restore(backend, input).catch(() => undefined)
}

/** Somebody else (the agent, an operator) may take the same away at the same time. */
const maxAttempts = 3

/** Takes a chain of `debug` away, if it is there. */
export async function remove(backend: Backend, chain: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { input } = debugRemoval([chain], await current(backend))
    try {
      if (input !== "") await restore(backend, input)
      return
    } catch (error) {
      if (attempt === maxAttempts) throw error
    }
  }
}

/** Whether the table is there; one that comes into being with rules of `debug` is to go with them. */
export async function hasTable(backend: Backend, table: string): Promise<boolean> {
  return (await current(backend)).has(table)
}

export async function dropTable(backend: Backend, table: string): Promise<void> {
  await dropEmptyTable(backend, table)
}

async function current(backend: Backend): Promise<Saved> {
  return parseSaved(await save(backend))
}
