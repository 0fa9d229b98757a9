import type { Family } from "../core/ip-family.ts"
import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

/** A packet for routing: `inBy` null: the router's own. */
export interface Routed {
  readonly from: string
  readonly to: string
  readonly inBy: string | null
  readonly mark: number
}

/** The route that the kernel would take for this packet (ip-route(8), get), in one line; null: it has none. */
export async function routeFor(family: Family, { from, to, inBy, mark }: Routed): Promise<string | null> {
  const origin = inBy === null ? [] : ["from", from, "iif", inBy]
  try {
    const { stdout } = await run("ip", [`-${family}`, "route", "get", to, ...origin, "mark", String(mark)])
    return stdout.split("\n")[0]?.trim() ?? null
  } catch (error) {
    if (error instanceof RunError && error.exitCode === 2) return null
    throw error
  }
}
