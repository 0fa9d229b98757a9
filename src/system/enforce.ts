import { from, tap, type Observable } from "rxjs"
import { familyName, type FamilyConfig } from "../core/family.ts"
import type { EventDraft } from "../core/events.ts"
import { isSamePlan, sharesOf, type Plan } from "../core/plan.ts"
import { reconcile } from "../core/reconcile.ts"
import { planChains, restoreInput } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { areStale } from "../core/stale-rules.ts"
import { hasSamePolicies, withinForce, withoutPolicies, type Wanted } from "../core/wanted.ts"
import { clearExpired } from "./debug-rules.ts"
import { restore, save, type Backend } from "./iptables.ts"
import { letGo, type AddressOf } from "./let-go.ts"
import { namesIn } from "./prepare-sets.ts"
import { keepSets } from "./set-keeper.ts"

export interface Enforcer {
  /**
   * Makes the kernel's rules what is wanted. A new plan costs one transaction and is then read back; one that is in force
   * is compared with the kernel's rules, and whatever somebody changed is mended. Other policies are one more transaction,
   * after that of the plan: were the kernel to refuse them, failing over would go on without them. The first rules wait a
   * moment for new sets, unless those in the kernel lead to a link that is to be left.
   */
  readonly enforce: (wanted: Wanted) => Observable<EventDraft>
  /**
   * Sets that the rules could not ask, or waited for, have come: enforce again. They are filled and looked for, apart from
   * the rules, while it is subscribed to.
   */
  readonly setsCome$: Observable<unknown>
  /** The rules as last read back are the ones that were asked for. */
  readonly isInSync: () => boolean
}

/** `onTrouble` hears of flows that could not be let go, which then end by their own timeouts, and of what was got round. */
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
  const mayWait = async ({ config: { links }, plan }: Wanted) =>
    sets.areComing() && !areStale(parseSaved(await save(backend)), plan, links)
  const release = ({ config, plan }: Wanted, before: Wanted) => {
    const isLeaving = (mark: number) => inForce !== null && emptied(inForce.plan).includes(mark)
    const newly = emptied(plan).filter(mark => !emptied(before.plan).includes(mark))
    letGo(config, newly, addressOf, isLeaving).catch(onTrouble)
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
    } catch (error) {
      // Somebody took a chain or a set away that the plan's chains refer to: all of them are written below.
      isRewritten = false
      onTrouble(error)
    }
    const present = { ...wanted, config: await sets.look(wanted.config) }
    if (before === null && (await mayWait(wanted))) return
    const what = await (before === null ? begin(present) : mend(backend, present))
    inForce = present
    sets.tidy()
    if (before !== null && !isRewritten) release(present, before)
    const isNew = before === null || !isRewritten || !hasSameMatches(present.config, before.config)
    if (what.length > 0) yield isNew ? applied(wanted, startMs) : repaired(wanted, what)
    isInSync = true
  }

  const enforce = (wanted: Wanted) => from(carryOut(wanted)).pipe(tap({ error: () => (isInSync = false) }))
  return { enforce, setsCome$: sets.arrivals$, isInSync: () => isInSync }
}

/** Sets that have come since are no repair either. */
function hasSameMatches(config: FamilyConfig, before: FamilyConfig): boolean {
  return hasSamePolicies(config, before) && namesIn(config).join() === namesIn(before).join()
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

/** Marks whose flows all leave: not of a link that is well and that a policy gives flows to, where the rules choose which. */
function emptied({ move, ways }: Plan): readonly number[] {
  const isDrawn = (mark: number) =>
    ways.some(way => way.kind === "balance" && way.shares.some(each => each.mark === mark))
  return move.filter(mark => !isDrawn(mark))
}
