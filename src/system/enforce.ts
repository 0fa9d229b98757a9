import { isDeepStrictEqual } from "node:util"
import { from, tap, type Observable } from "rxjs"
import type { Config, LinkConfig, Nat } from "../core/config.ts"
import { familyName, type FamilyConfig } from "../core/family.ts"
import type { EventDraft } from "../core/events.ts"
import { isSamePlan, sharesOf, type Plan } from "../core/plan.ts"
import { reconcile } from "../core/reconcile.ts"
import { planChains, restoreInput } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { hasSamePolicies, withinForce, withoutPolicies, type Wanted } from "../core/wanted.ts"
import { deleteByMark, deleteTranslated, type Translation } from "./conntrack.ts"
import { clearExpired } from "./debug-rules.ts"
import { restore, save, type Backend } from "./iptables.ts"
import { dropStaleSets } from "./prepare-sets.ts"
import { keepSets } from "./set-keeper.ts"

export interface Enforcer {
  /**
   * Makes the kernel's rules what is wanted. A new plan costs one transaction and is then read back; one that is in force
   * is compared with the kernel's rules, and whatever somebody changed is mended. Other policies are one more transaction,
   * after that of the plan: were the kernel to refuse them, failing over would go on without them.
   */
  readonly enforce: (wanted: Wanted) => Observable<EventDraft>
  /** Sets that the rules could not ask have come: enforce again. Looks for them while it is subscribed to. */
  readonly setsCome$: Observable<unknown>
  /** The rules as last read back are the ones that were asked for. */
  readonly isInSync: () => boolean
}

/** The address that the link's interface has, or had last; null: not known. */
export type AddressOf = (link: LinkConfig) => string | null

/** `onTrouble` hears of flows that could not be let go: they then end by their own timeouts. */
export function createEnforcer(backend: Backend, onTrouble: (error: unknown) => void, addressOf: AddressOf): Enforcer {
  /** Its configuration asks for no set that is not there. */
  let inForce: Wanted | null = null
  let isInSync = false
  const sets = keepSets(onTrouble)

  /** Were the kernel to refuse a policy, failing over would begin without any; the refusal is told all the same. */
  const begin = async (wanted: Wanted) => {
    try {
      return await mend(backend, wanted)
    } catch (error) {
      const bare = withoutPolicies(wanted)
      if (wanted.config.policies.length > 0) {
        await mend(backend, bare)
        inForce = bare
      }
      throw error
    }
  }
  const release = ({ config, plan }: Wanted, before: Wanted) => {
    const isLeaving = (mark: number) => inForce?.plan.move.includes(mark) ?? false
    letGo(config, newlyMoved(plan, before.plan), addressOf, isLeaving).catch(onTrouble)
  }

  async function* rewrite(wanted: Wanted, before: Wanted): AsyncGenerator<EventDraft> {
    const startMs = performance.now()
    const next = withinForce(wanted, before)
    if (isSamePlan(next.plan, before.plan)) return
    await restore(backend, restoreInput("mangle", planChains(next.config, next.plan)))
    inForce = next
    yield applied(next, startMs)
    release(next, before)
  }

  async function* carryOut(wanted: Wanted): AsyncGenerator<EventDraft> {
    const startMs = performance.now()
    const before = inForce
    let isRewritten = true
    try {
      if (before !== null) yield* rewrite(wanted, before)
    } catch {
      // Somebody took a chain or a set away that the plan's chains refer to: all of them are written below.
      isRewritten = false
    }
    const present = { ...wanted, config: await sets.look(wanted.config) }
    const what = await (before === null ? begin(present) : mend(backend, present))
    inForce = present
    if (before === null) dropStaleSets(wanted.config).catch(onTrouble)
    if (before !== null && !isRewritten) release(present, before)
    const isNew = before === null || !isRewritten || !hasSamePolicies(wanted.config, before.config)
    if (what.length > 0) yield isNew ? applied(wanted, startMs) : repaired(wanted, what)
    isInSync = true
  }

  const enforce = (wanted: Wanted) => from(carryOut(wanted)).pipe(tap({ error: () => (isInSync = false) }))
  return { enforce, setsCome$: sets.arrivals$, isInSync: () => isInSync }
}

/** Compares the kernel's rules with those that are wanted, and writes those that differ. Returns which: none the second time. */
async function mend(backend: Backend, { config, plan }: Wanted): Promise<readonly string[]> {
  const saved = parseSaved(await save(backend))
  const repair = reconcile(config, plan, saved)
  if (repair.input !== "") await restore(backend, repair.input)
  await clearExpired(backend, saved)
  return repair.what
}

function applied({ config, plan }: Wanted, startMs: number): EventDraft {
  const family = familyName(config.family)
  return { type: "weights.applied", family, shares: sharesOf(config, plan), tookMs: performance.now() - startMs }
}

function repaired({ config }: Wanted, what: readonly string[]): EventDraft {
  return { type: "rules.repaired", family: familyName(config.family), what }
}

/** Not those of a link that is well and that a policy gives flows to: the rules let go the others of its flows. */
function newlyMoved({ move, ways }: Plan, before: Plan): readonly number[] {
  const isDrawn = (mark: number) =>
    ways.some(way => way.kind === "balance" && way.shares.some(each => each.mark === mark))
  return move.filter(mark => !before.move.includes(mark) && !isDrawn(mark))
}

/**
 * The rules have let these flows go already: MASQUERADE forgets a flow whose packet leaves by another interface
 * (nf_nat_oif_changed), but drops that packet, and a client in its retransmission back-off then waits twice as long for
 * its reset. SNAT forgets nothing by itself. So the entries are deleted too, once the rules stand and waited for by nobody.
 *
 * A mark alone says only where a flow would go: those to a VPN or a DMZ bear one as well, though main's specific routes
 * lead them elsewhere, and would break if they were translated there and then forgotten. A flow that did go over the
 * link is known by the link's address, which it was translated to. Under `nat: none` nothing tells the two apart: such
 * flows are left, and end by their own timeouts if the link that they move to cannot carry them as they are.
 */
async function letGo(
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
