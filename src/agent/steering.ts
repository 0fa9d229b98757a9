import { BehaviorSubject, concat, concatMap, ignoreElements, merge, of, type Observable } from "rxjs"
import { loadProtocols } from "../config/load.ts"
import { readPin, type PinRead } from "../config/pin.ts"
import type { Obeyed } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import type { EventDraft } from "../core/events.ts"
import { ordered, type Order } from "../core/orders.ts"
import type { FamilyConfig } from "../core/family.ts"
import {
  idOf,
  isThere,
  keptPin,
  listed,
  withOlder,
  withoutOverride,
  type OverrideId,
  type Overrides,
} from "../core/overrides.ts"
import { named, withPin, type AskedPin } from "../core/pins.ts"
import type { World } from "../core/world.ts"
import { inTime } from "../files/disk.ts"
import { writeOverrides } from "../journal/overrides-file.ts"
import type { Backend } from "../system/iptables.ts"
import { tryRuleset } from "../system/try-rules.ts"
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
  readonly kept: Kept
  /** What else there was, on a disk that did not answer in time for the start. */
  readonly late$: Observable<Kept>
}

interface Sources {
  readonly desk: Pick<Desk, "tell" | "backend" | "disk">
  readonly stateDir: string
  readonly config$: Observable<Config>
}

/** Whoever gave an order is told in time what became of it: commands wait 2 s for an answer (src/control/client.ts). */
const PATIENCE_MS = 1_000

export function createSteering(
  { kept, late$ }: Found,
  { desk: { tell, backend, disk }, stateDir, config$ }: Sources,
): Steering {
  const overrides$ = new BehaviorSubject(kept.overrides)

  /** They hold at once, whatever becomes of the file; one that comes later has the newest. @returns words for what went wrong. */
  const change = async (next: Overrides): Promise<string> => {
    overrides$.next(next)
    const writing = inTime(
      disk.inTurn(() => writeOverrides(stateDir, overrides$.value)),
      PATIENCE_MS,
    )
    const trouble = await writing.then(() => null, String)
    return trouble === null ? "" : `; but a restart may not know of it: ${trouble}`
  }
  const clear = (id: OverrideId, why: string): Promise<string> => {
    tell({ type: "override.cleared", ...id, why })
    return change(withoutOverride(overrides$.value, id))
  }
  const end = async ({ override, why }: Ending) => {
    if (isThere(overrides$.value, override)) await clear(idOf(override), why)
  }
  const adopt = async (found: Kept) => {
    const known = overrides$.value
    const next = withOlder(known, found.overrides)
    const news = [...additions(known, next), ...removals(found)]
    for (const event of news) tell(event)
    if (news.length > 0) await change(next)
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
    const result = ordered(overrides$.value, order, worlds)
    if (!result.ok) return { ok: false, said: result.why }
    if (order.do === "clear") return { ok: true, said: await clear(idOf(order), "taken back") }
    tell({ type: "override.set", ...order.override })
    return { ok: true, said: await change(result.overrides) }
  }
  const ended$ = endings(overrides$, config$).pipe(concatMap(end))
  const adopted$ = concat(of(kept), late$).pipe(concatMap(adopt))
  const run$ = merge(adopted$, ended$).pipe(ignoreElements())
  return { overrides$, current: () => overrides$.value, run$, obey }
}

function additions(known: Overrides, next: Overrides): readonly EventDraft[] {
  const added = listed(next).filter(override => !isThere(known, override))
  return added.map(override => ({ type: "override.set", ...override }))
}

/** Pins that mean nothing here are not kept any longer. */
function removals({ unfit }: Kept): readonly EventDraft[] {
  return unfit.map(({ name, why }) => ({ type: "override.cleared", kind: "pin", name, why }))
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
