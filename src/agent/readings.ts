import { EMPTY, filter, merge, retry, scan, share, tap, type Observable } from "rxjs"
import type { Facts } from "../core/facts.ts"
import type { FamilyConfig } from "../core/family.ts"
import type { Snapshot } from "../core/kernel.ts"
import { factsOf, remember, type RememberedGateway } from "../core/read-facts.ts"
import { readSnapshot } from "../system/snapshot.ts"
import { sysctlLapses } from "../system/sysctl-watch.ts"
import { networkChanges, watchFacts } from "../system/watch.ts"

/** One look at the kernel's network state of one family, and what it means for each link (by name). */
export interface Reading {
  readonly snapshot: Snapshot
  readonly facts: ReadonlyMap<string, Facts>
  /** By interface. */
  readonly gateways: Gateways
}

export type Gateways = ReadonlyMap<string, RememberedGateway>

const RETRY_MS = 1000

/**
 * Reads at once, again after every change, and from time to time: a reading may be like the last. `gateways`: what the
 * last agent knew.
 */
export function readings(
  config: FamilyConfig,
  gateways: Gateways,
  warn: (error: unknown) => void,
): Observable<Reading> {
  const { family, links } = config
  const lapses$ = family === 4 ? sysctlLapses(links.map(link => link.interface)) : EMPTY
  return watchFacts(merge(networkChanges(family, warn), lapses$), () => readSnapshot(family)).pipe(
    tap({ error: warn }),
    retry({ delay: RETRY_MS }),
    scan<Snapshot, Reading | null>((last, snapshot) => interpret(config, snapshot, last?.gateways ?? gateways), null),
    filter(reading => reading !== null),
    share(),
  )
}

export function interpret(config: FamilyConfig, snapshot: Snapshot, gateways: Gateways): Reading {
  const { interfaces, routes } = snapshot
  const seen = config.links.map(link => {
    const remembered = gateways.get(link.interface) ?? null
    const facts = factsOf(config.family, link, interfaces, routes, remembered)
    return { link, facts, gateway: remember(facts, remembered) }
  })
  return {
    snapshot,
    facts: new Map(seen.map(({ link, facts }) => [link.name, facts])),
    gateways: new Map(seen.flatMap(({ link, gateway }) => (gateway === null ? [] : [[link.interface, gateway]]))),
  }
}
