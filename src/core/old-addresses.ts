import type { LinkConfig } from "./config.ts"
import type { Interface } from "./kernel.ts"

/** An address that a link's interface no longer has: flows with the link's mark that go by it can be answered no more. */
export interface OldAddress {
  readonly mark: number
  readonly address: string
}

/**
 * By interface, all its addresses when it last had any. One that has none now may get the same again, from a cable or a
 * careless DHCP script, and its flows wait for that.
 */
export type Addresses = ReadonlyMap<string, readonly string[]>

export function addressesAfter(before: Addresses, interfaces: readonly Interface[]): Addresses {
  const present = interfaces.filter(({ addresses }) => addresses.length > 0)
  return new Map([
    ...before,
    ...present.map(each => [each.name, each.addresses.map(({ address }) => address)] as const),
  ])
}

export function oldAddresses(links: readonly LinkConfig[], before: Addresses, now: Addresses): readonly OldAddress[] {
  return links.flatMap(({ mark, interface: device }) => {
    const gone = (before.get(device) ?? []).filter(address => now.get(device)?.includes(address) === false)
    return gone.map(address => ({ mark, address }))
  })
}
