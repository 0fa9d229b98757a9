/** What a failover's rewrite costs, beside one bare `iptables-restore` of the same text from this same program, in turn. */
import { setTimeout as sleep } from "node:timers/promises"
import { filter, firstValueFrom, map, NEVER, of, Subject, type Observable } from "rxjs"
import { parseConfig } from "../../src/config/parse.ts"
import { viewOf, type FamilyConfig } from "../../src/core/family.ts"
import type { Facts } from "../../src/core/facts.ts"
import type { Family } from "../../src/core/ip-family.ts"
import { planOfConfig, weigh, type Plan } from "../../src/core/plan.ts"
import { planChains, restoreInput } from "../../src/core/ruleset.ts"
import { newWorld } from "../../src/core/world.ts"
import { pipeline, type Happening } from "../../src/streams/pipeline.ts"
import { createEnforcer } from "../../src/system/enforce.ts"
import { restore, type Backend } from "../../src/system/iptables.ts"
import { median, spread } from "./figures.ts"

const WARM_UP = 5

/** One family of a configuration without problems. */
export function configOf(text: string, family: Family = 4): FamilyConfig {
  const result = parseConfig(text, { hostname: "bench" })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return viewOf(result.config, family)
}

export function backendOf(name: Backend["name"]): Backend {
  return { name, family: 4, save: `iptables-${name}-save`, restore: `iptables-${name}-restore` }
}

/** Rows of a table: what it takes without evenkeel, and from a fact that takes the link isp1 away to the rules committed. */
export async function rewriteRows(
  config: FamilyConfig,
  backend: Backend,
  rounds: number,
): Promise<readonly string[][]> {
  const { bare, agent } = await measure(config, backend, rounds)
  const ratios = agent.map((ms, i) => ms / (bare[i] ?? NaN))
  return [
    [backend.name, "bare iptables-restore", ...spread(bare), ""],
    [backend.name, "fact → rules committed", ...spread(agent), `${median(ratios).toFixed(2)} ×`],
  ]
}

/** Alternates the two, so that a machine whose speed drifts is the same for both. */
async function measure(config: FamilyConfig, backend: Backend, rounds: number) {
  const both = planOfConfig(config)
  const without = weigh(config, [{ ...isp1, state: "down" }], both)
  const facts$ = new Subject<ReadonlyMap<string, Facts>>()
  const appliedMs$ = new Subject<number>()
  const running = run(config, both, backend, facts$)
    .pipe(
      filter(isApplied),
      map(() => performance.now()),
    )
    .subscribe(appliedMs$)
  const carrier = async (there: boolean) => {
    const appliedMs = firstValueFrom(appliedMs$)
    const startMs = performance.now()
    facts$.next(new Map([["isp1", facts(there)]]))
    return (await appliedMs) - startMs
  }
  await carrier(true)
  const [bare, agent]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds + WARM_UP; round++) {
    await quiet()
    bare.push(await timed(() => restore(backend, textOf(config, without))))
    await restore(backend, textOf(config, both))
    await quiet()
    agent.push(await carrier(false))
    await carrier(true)
  }
  running.unsubscribe()
  return { bare: bare.slice(WARM_UP), agent: agent.slice(WARM_UP) }
}

const isp1 = { name: "isp1", share: 1, recovery: null, suspicion: null, interruption: null } as const

const facts = (carrier: boolean): Facts => ({
  index: 2,
  carrier,
  address: "192.0.2.2",
  gateway: "192.0.2.1",
  pointToPoint: false,
})

function run(
  config: FamilyConfig,
  start: Plan,
  backend: Backend,
  facts$: Subject<ReadonlyMap<string, Facts>>,
): Observable<Happening> {
  const { enforce, setsCome$ } = createEnforcer(
    backend,
    () => undefined,
    () => "192.0.2.2",
  )
  return pipeline(newWorld(config, start, performance.now()), {
    now: () => performance.now(),
    probe: () => of({ kind: "reply", rttMs: 1 }),
    overhear: () => NEVER,
    rumours$: NEVER,
    steering$: NEVER,
    facts$,
    enforce,
    resync$: setsCome$,
    stop$: NEVER,
  })
}

function isApplied(happening: Happening): boolean {
  return happening.kind === "event" && happening.event.type === "weights.applied"
}

function textOf(config: FamilyConfig, plan: Plan): string {
  return restoreInput("mangle", planChains(config, plan))
}

/** What a rewrite starts in the background (reading back, letting flows go) is not to slow the other side down. */
function quiet(): Promise<void> {
  return sleep(150)
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await action()
  return performance.now() - startMs
}
