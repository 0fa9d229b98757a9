import type { LinkConfig } from "../core/config.ts"
import type { Gateways, Reading } from "./readings.ts"

export interface LastAddresses {
  readonly see: (reading: Reading) => void
  /** IPv4; null: none was ever seen. */
  readonly of: (link: LinkConfig) => string | null
}

/**
 * Each link's present address, or the last one it had: what its flows were translated to. A link may have died of losing
 * it. `gateways`: what the last agent knew, which leaves out links that need no gateway.
 */
export function lastAddresses(gateways: Gateways): LastAddresses {
  const seen = new Map<string, string>()
  return {
    see: ({ facts }) => {
      for (const [link, { address }] of facts) if (address !== null) seen.set(link, address)
    },
    of: link => seen.get(link.name) ?? gateways.get(link.interface)?.address ?? null,
  }
}
