import { fromEvent, map, merge, shareReplay, take, timer, type Observable } from "rxjs"
import type { Config } from "../../core/config.ts"
import type { DebugRules } from "../../core/debug/chains.ts"
import { isOfFamily, type Selection } from "../../core/debug/selection.ts"
import { viewsOf, type FamilyConfig } from "../../core/family.ts"
import { dropTable, hasTable, install, remove } from "../../system/debug-rules.ts"
import { forFamily, type Backend } from "../../system/iptables.ts"
import { listenersTo, untilListeners } from "../../system/netlink-groups.ts"
import { runAtDeath } from "../../system/run-keeper.ts"
import { Failure } from "../failure.ts"

/** Rules of one run of `debug`, in the family that the back end is of. */
export interface Installation {
  readonly backend: Backend
  readonly rules: DebugRules
}

/** The families that are steered and that the selection may be of. @throws Failure when it is of none. */
export function familiesOf(config: Config, selection: Selection): readonly FamilyConfig[] {
  const views = viewsOf(config).filter(({ family }) => isOfFamily(selection, family))
  if (views.length === 0) throw new Failure("IPv6 is not steered: no link has an IPv6 probe in the configuration")
  return views
}

/**
 * Emits once: when the time is over, or when somebody ends it. Ctrl-C is no failure. Signals are listened for from now on
 * and for good: without a listener one would end the process before its rules are gone.
 */
export function endOf(forMs: number): Observable<void> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  const signalled$ = merge(...signals.map(signal => fromEvent(process, signal))).pipe(
    shareReplay({ bufferSize: 1, refCount: false }),
  )
  signalled$.subscribe()
  return merge(timer(forMs), signalled$).pipe(
    take(1),
    map(() => undefined),
  )
}

/**
 * Starts to listen, and goes on once the listeners hear: what the rules lead to is then missed by nobody. A failure of
 * theirs is that of `heard`, for whoever awaits it.
 */
export async function listenFirst<T>(group: number, listeners: number, listen: () => Promise<T>) {
  const before = await listenersTo(group)
  const heard = listen()
  heard.catch(() => undefined)
  await untilListeners(group, before + listeners)
  return { heard }
}

/**
 * Holds rules in the kernel while `act` runs. They go with this process, however it ends: what ends it by SIGKILL leaves a
 * helper that takes them away at once; were that killed too, the kernel itself follows them less than a second longer
 * than `forMs`.
 */
export async function withRules<T>(
  chain: string,
  installations: readonly Installation[],
  forMs: number,
  act: () => Promise<T>,
): Promise<T> {
  const newTables = await missingTables(installations)
  const callOff = runAtDeath(process.execPath, [process.argv[1] ?? "", "debug", "clean", chain, ...newTables])
  const nowMs = Date.now()
  try {
    for (const { backend, rules } of installations)
      await install(backend, rules, { startMs: nowMs - CLOCK_MS, stopMs: nowMs + forMs })
    return await act()
  } finally {
    for (const { backend } of installations) await clean(backend, chain, newTables)
    callOff()
  }
}

/**
 * The kernel's clock of whole seconds may be a tick behind (ktime_get_real_seconds), and the second that a rule is to stop
 * in is still part of it (time_mt in xt_time.c): only the start has to be moved.
 */
const CLOCK_MS = 1_000

async function missingTables(installations: readonly Installation[]): Promise<readonly string[]> {
  const missing = await Promise.all(
    installations.map(async ({ backend, rules: { table } }) => ((await hasTable(backend, table)) ? [] : [table])),
  )
  return [...new Set(missing.flat())]
}

/** Takes away a chain, and tables that came into being with it, unless somebody has put something there since. */
export async function clean(backend: Backend, chain: string, newTables: readonly string[]): Promise<void> {
  await remove(backend, chain)
  for (const table of newTables) await dropTable(backend, table)
}

export function installations(
  backend: Backend,
  views: readonly FamilyConfig[],
  rulesOf: (view: FamilyConfig) => DebugRules,
): readonly Installation[] {
  return views.map(view => ({ backend: forFamily(backend, view.family), rules: rulesOf(view) }))
}
