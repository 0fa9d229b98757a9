import { setTimeout as sleep } from "node:timers/promises"
import type { Family } from "../core/ip-family.ts"
import type { Neighbour } from "../core/diagnose/checkup.ts"
import { readNeighbours } from "./neighbours.ts"
import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

type Place = Pick<Neighbour, "address" | "device">

/** Three questions, a second apart, are asked before the kernel gives up (ip-sysctl.rst, mcast_solicit, ucast_solicit). */
const PATIENCE_MS = 4_000
const LOOK_MS = 50

const UNDECIDED = ["INCOMPLETE", "PROBE"]

/**
 * Has the kernel ask these neighbours anew by ARP or ND where it does not know whether they are there, and waits for
 * what comes of it. Nothing is sent to those that it has heard of within the last half minute. Without the right to have
 * it ask, it tells what is known.
 */
export async function askNeighbours(family: Family, places: readonly Place[]): Promise<readonly Neighbour[]> {
  const known = await readNeighbours(family)
  await Promise.all(places.map(place => ask(family, place, stateOf(place, known))))
  const endMs = performance.now() + PATIENCE_MS
  for (;;) {
    const now = await readNeighbours(family)
    const isOpen = places.some(place => UNDECIDED.includes(stateOf(place, now) ?? ""))
    if (!isOpen || performance.now() > endMs) return now
    await sleep(LOOK_MS)
  }
}

function stateOf({ address, device }: Place, known: readonly Neighbour[]): string | undefined {
  return known.find(neighbour => neighbour.address === address && neighbour.device === device)?.state
}

/** ip-neighbour(8): `use` looks for one that is not known, `nud probe` asks one again that was. */
async function ask(family: Family, { address, device }: Place, state: string | undefined): Promise<void> {
  const how = {
    missing: ["replace", address, "dev", device, "use"],
    old: ["change", address, "dev", device, "nud", "probe"],
  }
  const words = state === undefined || state === "FAILED" ? how.missing : state === "STALE" ? how.old : null
  if (words === null) return
  await run("ip", [`-${family}`, "neigh", ...words]).catch((error: unknown) => {
    if (!(error instanceof RunError)) throw error
  })
}
