import { isDeepStrictEqual } from "node:util"
import type { Config, LinkConfig, Nat } from "../core/config.ts"
import type { FamilyConfig } from "../core/family.ts"
import { deleteByMark, deleteTranslated, type Translation } from "./conntrack.ts"

/** The address that the link's interface has, or had last; null: not known. */
export type AddressOf = (link: LinkConfig) => string | null

/**
 * The rules have let these flows go already: MASQUERADE forgets a flow whose packet leaves by another interface
 * (nf_nat_oif_changed), but drops that packet, and a client in its retransmission back-off then waits twice as long for
 * its reset. SNAT forgets nothing by itself. So the entries are deleted too, once the rules stand and waited for by nobody.
 *
 * A mark alone says only where a flow would go: those to a VPN or a DMZ bear one as well, though main's specific routes
 * lead them elsewhere, and would break if they were translated there and then forgotten. A flow that did go over the
 * link is known by the link's address, which it was translated to. Under `nat: none` nothing tells the two apart: such
 * flows are left, and end by their own timeouts if the link that they move to cannot carry them as they are. `isLeaving`:
 * still so; a link that is back has new flows that nobody is to forget.
 */
export async function letGo(
  config: FamilyConfig,
  marks: readonly number[],
  addressOf: AddressOf,
  isLeaving: (mark: number) => boolean,
): Promise<void> {
  const deletions = marks.flatMap(mark => [
    ...translationsOf(config, mark, addressOf).map(to => deleteByMark(config.family, mark, config.markMask, to)),
    ...fixedSources(config, mark).map(to => deleteTranslated(config.family, to, () => isLeaving(mark))),
  ])
  await Promise.all(deletions)
}

/**
 * The address of a link's own SNAT, or its own prefix. A flow that sent a packet since the rules were written bears the
 * mark of its new link by now, and still the address of the old one, from which neither frees it: it would hang for good.
 */
function fixedSources({ links }: Config, mark: number): readonly Translation[] {
  const own = links.find(link => link.mark === mark)?.nat
  if (typeof own !== "object") return []
  const isShared = links.filter(({ nat }) => isDeepStrictEqual(nat, own)).length > 1
  return isShared ? [] : [translationTo(own)]
}

function translationTo(nat: Exclude<Nat, string>): Translation {
  return "snat" in nat ? { address: nat.snat } : { prefix: nat.prefix }
}

/** Flows that bear the mark of `allDown: unreachable`, which is no link's, may have begun over any link. */
function translationsOf({ links }: Config, mark: number, addressOf: AddressOf): readonly Translation[] {
  const own = links.filter(link => link.mark === mark)
  return (own.length > 0 ? own : links).flatMap(link => translationOf(link, addressOf) ?? [])
}

function translationOf(link: LinkConfig, addressOf: AddressOf): Translation | null {
  if (link.nat === "none") return null
  if (link.nat !== "masquerade") return translationTo(link.nat)
  const address = addressOf(link)
  return address === null ? null : { address }
}
