import { setTimeout as delay } from "node:timers/promises"

const PAUSE_MS = 20

/** Asks until it is so; what is thrown meanwhile counts as no. @throws after `withinMs`, with the last of that. */
export async function until(what: string, isSo: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs
  let trouble: unknown
  while (performance.now() < end) {
    try {
      if (await isSo()) return
    } catch (error) {
      trouble = error
    }
    await delay(PAUSE_MS)
  }
  throw new Error(`not within ${withinMs} ms: ${what}`, { cause: trouble })
}
