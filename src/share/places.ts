import type { ShareConfig } from "../core/share-config.ts"
import type { Bad } from "./heard.ts"
import { keysOf, type Keys } from "./keys.ts"

/** Where a site is in Redis. */
export interface Place {
  readonly site: string
  readonly keys: Keys
}

/** The router's own site first. */
export type Places = readonly [Place, ...(readonly Place[])]

export function placesOf({ prefix, sites }: Pick<ShareConfig, "prefix" | "sites">, ownSite: string): Places {
  const placeOf = (site: string) => ({ site, keys: keysOf(prefix, site) })
  return [placeOf(ownSite), ...sites.map(placeOf)]
}

export function badPlace(site: string, why: string): Bad {
  return { kind: "bad", where: `site ${site}`, why: `it cannot be read: ${why}` }
}
