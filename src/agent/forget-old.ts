import { ignoreElements, map, mergeMap, pairwise, scan, startWith, type Observable } from "rxjs"
import type { FamilyConfig } from "../core/family.ts"
import { addressesAfter, oldAddresses, type Addresses, type OldAddress } from "../core/old-addresses.ts"
import { forgetAddress } from "../system/conntrack.ts"
import type { Reading } from "./readings.ts"

/**
 * Lets go of flows whose address is gone. Where it was masqueraded the kernel does so itself (nf_nat_masquerade.c), but
 * not for connections from outside: what the host behind them still sends would leave from an address that is no longer
 * ours, and by that keep its entry alive.
 */
export function forgetOld(
  { family, links, markMask }: FamilyConfig,
  readings$: Observable<Reading>,
  onTrouble: (error: unknown) => void,
): Observable<never> {
  const none: Addresses = new Map()
  const forget = ({ mark, address }: OldAddress) => forgetAddress(family, mark, markMask, address).catch(onTrouble)
  return readings$.pipe(
    scan((before, { snapshot }) => addressesAfter(before, snapshot.interfaces), none),
    startWith(none),
    pairwise(),
    map(([before, now]) => oldAddresses(links, before, now)),
    mergeMap(old => Promise.all(old.map(forget))),
    ignoreElements(),
  )
}
