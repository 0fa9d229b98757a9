/** Which of the two capabilities(7) that evenkeel needs a process holds. */
export interface Rights {
  readonly netAdmin: boolean
  readonly netRaw: boolean
}

/** Names of those that it does not hold. */
export function lackingCapabilities({ netAdmin, netRaw }: Rights): readonly string[] {
  return [...(netAdmin ? [] : ["CAP_NET_ADMIN"]), ...(netRaw ? [] : ["CAP_NET_RAW"])]
}
