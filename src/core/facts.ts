/** What the kernel says of a link's interface, apart from any probe. */
export interface Facts {
  /** Kernel index; null: no such interface. A new index means that the interface was deleted and made again. */
  readonly index: number | null
  /** Administratively up, and the driver sees the other end (IFF_LOWER_UP). */
  readonly carrier: boolean
  /** First global address. */
  readonly address: string | null
  /** Next hop; null with `pointToPoint` false: none is known. */
  readonly gateway: string | null
  /** No next hop is needed: gateway `none`, or a default route with no `via`. */
  readonly pointToPoint: boolean
}

/** The reason why a link cannot carry anything whatever its probes say, or null. */
export type Obstacle = "interface missing" | "no carrier" | "no address" | "no gateway"

export function obstacle(facts: Facts): Obstacle | null {
  if (facts.index === null) return "interface missing"
  if (!facts.carrier) return "no carrier"
  if (facts.address === null) return "no address"
  if (facts.gateway === null && !facts.pointToPoint) return "no gateway"
  return null
}
