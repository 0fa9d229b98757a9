import type { Endpoint, Secret } from "./share-config.ts"

/** The page, the API and the metrics. */
export interface WebConfig {
  /** An address of this router and a port: nothing listens anywhere else. */
  readonly listen: Endpoint
  /** Who knows it may steer; null: nobody may, by this way. */
  readonly token: Secret | null
  /** Names beside the address itself by which browsers may ask for the page, in small letters. */
  readonly hosts: readonly string[]
}
