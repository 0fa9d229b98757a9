import { concat, defer, EMPTY, from, mergeMap, of, tap, type Observable } from "rxjs"
import type { Config } from "../core/config.ts"
import type { EventDraft } from "../core/events.ts"
import { isSamePlan, sharesOf, type Plan } from "../core/plan.ts"
import { reconcile } from "../core/reconcile.ts"
import { planChains, restoreInput } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { deleteByMark } from "./conntrack.ts"
import { restore, save, type Backend } from "./iptables.ts"

export interface Enforcer {
  /**
   * Makes the kernel's rules carry out this plan. A new plan costs one transaction and is then read back; a plan that
   * is in force is compared with the kernel's rules, and whatever somebody changed is mended.
   */
  readonly enforce: (plan: Plan) => Observable<EventDraft>
  /** The rules as last read back are the ones that the plan asked for. */
  readonly isInSync: () => boolean
}

/** `onTrouble` hears of flows that could not be let go: they then end by their own timeouts. */
export function createEnforcer(
  backend: Backend,
  config: Config,
  start: Plan,
  onTrouble: (error: unknown) => void,
): Enforcer {
  let inForce = start
  let inSync = false

  const rewrite = (plan: Plan) =>
    defer(() => from(rewriteChains(backend, config, plan))).pipe(
      tap(() => {
        letGo(config, newlyMoved(plan, inForce)).catch(onTrouble)
        inForce = plan
      }),
    )
  const check = (plan: Plan) =>
    defer(() => from(mend(backend, config, plan))).pipe(
      mergeMap(event => (event === null ? EMPTY : of(event))),
      tap({ complete: () => (inSync = true) }),
    )
  const enforce = (plan: Plan) =>
    defer(() => (isSamePlan(plan, inForce) ? check(plan) : concat(rewrite(plan), check(plan)))).pipe(
      tap({ error: () => (inSync = false) }),
    )
  return { enforce, isInSync: () => inSync }
}

async function rewriteChains(backend: Backend, config: Config, plan: Plan): Promise<EventDraft> {
  const startMs = performance.now()
  await restore(backend, restoreInput("mangle", planChains(plan, config.markMask)))
  return { type: "weights.applied", shares: sharesOf(config, plan), tookMs: performance.now() - startMs }
}

async function mend(backend: Backend, config: Config, plan: Plan): Promise<EventDraft | null> {
  const repair = reconcile(config, plan, parseSaved(await save(backend)))
  if (repair.input === "") return null
  await restore(backend, repair.input)
  return { type: "rules.repaired", what: repair.what }
}

function newlyMoved(plan: Plan, before: Plan): readonly number[] {
  return plan.move.filter(mark => !before.move.includes(mark))
}

/**
 * The rules have let these flows go already: MASQUERADE forgets a flow whose packet leaves by another interface
 * (nf_nat_oif_changed), but drops that packet, and a client in its retransmission back-off then waits twice as long for
 * its reset. SNAT forgets nothing by itself. So the entries are deleted too, once the rules stand and waited for by nobody.
 */
async function letGo(config: Config, marks: readonly number[]): Promise<void> {
  await Promise.all(marks.map(mark => deleteByMark(mark, config.markMask)))
}
