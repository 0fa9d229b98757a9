import { isDeepStrictEqual } from "node:util"
import { concatMap, defer, EMPTY, ignoreElements, merge, type Observable } from "rxjs"
import { loadProtocols } from "../config/load.ts"
import { readPin, type PinRead } from "../config/pin.ts"
import type { Obeyed } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { ordered, type Order } from "../core/orders.ts"
import type { FamilyConfig } from "../core/family.ts"
import { idOf, isThere, keptPin, listed, type OverrideId, type Overrides } from "../core/overrides.ts"
import { named, withPin, type AskedPin } from "../core/pins.ts"
import type { World } from "../core/world.ts"
import type { Backend } from "../system/iptables.ts"
import { tryRuleset } from "../system/try-rules.ts"
import { createDecided } from "./decided.ts"
import type { Desk } from "./desk.ts"
import { endings, type Ending } from "./endings.ts"
import type { Kept } from "./kept-overrides.ts"

/** What operators decide at run time. */
export interface Steering {
  /** Replays the newest. */
  readonly overrides$: Observable<Overrides>
  readonly current: () => Overrides
  /** While it is subscribed to: takes what comes late, ends what is over or means nothing to the configuration any more. */
  readonly run$: Observable<never>
  /** `worlds`: how things stand in each family that is steered. What is said of a new pin begins with its name. */
  readonly obey: (order: Order, worlds: readonly World[]) => Promise<Obeyed>
}

/** What an earlier agent left. */
export interface Found {
  /** Null: the disk did not tell in time for the start. */
  readonly kept: Kept | null
  /** Then, if ever it does. */
  readonly late$: Observable<Kept>
}

interface Sources {
  readonly desk: Pick<Desk, "tell" | "backend" | "disk">
  readonly stateDir: string
  readonly config$: Observable<Config>
}

export function createSteering(
  { kept, late$ }: Found,
  { desk: { tell, backend, disk }, stateDir, config$ }: Sources,
): Steering {
  const decided = createDecided(kept?.overrides ?? null, disk, stateDir)
  const { overrides$, isAll, change } = decided

  const clear = (id: OverrideId, why: string): Promise<string> => {
    tell({ type: "override.cleared", ...id, why })
    return decided.takeBack(id)
  }
  const end = async ({ override, why }: Ending) => {
    // Not one that was given since.
    if (listed(overrides$.value).some(each => isDeepStrictEqual(each, override))) await clear(idOf(override), why)
  }
  const begin = async (first: Kept) => {
    tellUnfit(first, tell)
    if (first.unfit.length > 0) await change(overrides$.value)
  }
  const adopt = async (late: Kept) => {
    const known = overrides$.value
    const completed = decided.complete(late.overrides)
    const news = listed(overrides$.value).filter(override => !isThere(known, override))
    for (const override of news) tell({ type: "override.set", ...override })
    tellUnfit(late, tell)
    await completed
  }
  const pin = async (asked: AskedPin, views: readonly FamilyConfig[]): Promise<Obeyed> => {
    const read = await judged(asked, views, backend)
    if (!read.ok) return { ok: false, said: read.problems.join("; ") }
    const [configured = []] = views.map(({ policies }) => policies)
    const result = named(asked, read.policy, overrides$.value.pins, configured)
    if (!result.ok) return { ok: false, said: result.why }
    tell({ type: "override.set", kind: "pin", ...keptPin(result.pin) })
    const pins = withPin(overrides$.value.pins, result.pin)
    return { ok: true, said: `${result.pin.name}${await change({ ...overrides$.value, pins })}` }
  }
  const obey: Steering["obey"] = async (order, worlds) => {
    if (order.do === "pin")
      return pin(
        order.pin,
        worlds.map(({ config }) => config),
      )
    const result = ordered(overrides$.value, order, worlds, isAll())
    if (!result.ok) return { ok: false, said: result.why }
    if (order.do === "clear") return { ok: true, said: await clear(idOf(order), "taken back") }
    tell({ type: "override.set", ...order.override })
    return { ok: true, said: await change(result.overrides) }
  }
  const ended$ = endings(overrides$, config$).pipe(concatMap(end))
  const begun$ = defer(() => (kept === null ? EMPTY : begin(kept)))
  const run$ = merge(begun$, late$.pipe(concatMap(adopt)), ended$).pipe(ignoreElements())
  return { overrides$, current: () => overrides$.value, run$, obey }
}

/** Pins that mean nothing here are not kept any longer. */
function tellUnfit({ unfit }: Kept, tell: Desk["tell"]): void {
  for (const { name, why } of unfit) tell({ type: "override.cleared", kind: "pin", name, why })
}

/** By the configuration, whose sets and links are the same for both families, and then by the kernel. */
async function judged(asked: AskedPin, views: readonly FamilyConfig[], backend: Backend): Promise<PinRead> {
  const [config] = views
  if (config === undefined) return { ok: false, problems: ["nothing is steered"] }
  const read = readPin(asked, config, await loadProtocols())
  if (!read.ok) return read
  const tried = await Promise.all(views.map(view => tryRuleset(backend, { ...view, policies: [read.policy] })))
  const problems = tried.flatMap(trial => (trial.kind === "refused" ? [`the kernel refuses it: ${trial.why}`] : []))
  return problems.length === 0 ? read : { ok: false, problems }
}
