/**
 * What evenkeel adds to the kernel's own price of a rewrite: from a fact that takes a link away (carrier loss, as the
 * kernel watch hands it on) to the rules committed, against one bare `iptables-restore` of the same text from this same
 * program, in turn. Run inside `src/lab/enter.ts`: it writes the rules of its own network namespace.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { filter, firstValueFrom, map, NEVER, of, Subject, type Observable } from "rxjs"
import { parseConfig } from "../../src/config/parse.ts"
import { viewOf, type FamilyConfig } from "../../src/core/family.ts"
import type { Facts } from "../../src/core/facts.ts"
import { planOfConfig, weigh, type Plan } from "../../src/core/plan.ts"
import { planChains, restoreInput } from "../../src/core/ruleset.ts"
import { newWorld } from "../../src/core/world.ts"
import { pipeline, type Happening } from "../../src/streams/pipeline.ts"
import { createEnforcer } from "../../src/system/enforce.ts"
import { restore, type Backend } from "../../src/system/iptables.ts"
import { median, printTable, spread } from "./figures.ts"

const ROUNDS = 60
const WARM_UP = 5

const config = parsed(`
router: bench
lan: [lan0]
links:
  - { name: isp1, interface: eth0, mark: 1, weight: 70 }
  - { name: isp2, interface: eth1, mark: 2, weight: 30 }
probes: [{ icmp: 192.0.2.1 }]
health: { interval: 50ms, downAfter: 1s, upAfter: 0s }
`)

function parsed(text: string): FamilyConfig {
  const result = parseConfig(text, { hostname: "bench" })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return viewOf(result.config, 4)
}

const facts = (carrier: boolean): Facts => ({
  index: 2,
  carrier,
  address: "192.0.2.2",
  gateway: "192.0.2.1",
  pointToPoint: false,
})

const both = planOfConfig(config)
const isp1 = { name: "isp1", share: 1, recovery: null, suspicion: null, interruption: null } as const
const without = weigh(config, [{ ...isp1, state: "down" }], both)

/** Alternates the two, so that a machine whose speed drifts is the same for both. */
async function measure(backend: Backend): Promise<{ readonly bare: number[]; readonly agent: number[] }> {
  const facts$ = new Subject<ReadonlyMap<string, Facts>>()
  const appliedMs$ = new Subject<number>()
  const running = run(backend, facts$)
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
  const [bare, agent]: number[][] = [[], []]
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    await quiet()
    bare?.push(await timed(() => restore(backend, textOf(without))))
    await restore(backend, textOf(both))
    await quiet()
    agent?.push(await carrier(false))
    await carrier(true)
  }
  running.unsubscribe()
  return { bare: bare?.slice(WARM_UP) ?? [], agent: agent?.slice(WARM_UP) ?? [] }
}

function run(backend: Backend, facts$: Subject<ReadonlyMap<string, Facts>>): Observable<Happening> {
  const { enforce } = createEnforcer(
    backend,
    () => undefined,
    () => "192.0.2.2",
  )
  return pipeline(newWorld(config, both, performance.now()), {
    now: () => performance.now(),
    probe: () => of({ kind: "reply", rttMs: 1 }),
    overhear: () => NEVER,
    rumours$: NEVER,
    steering$: NEVER,
    facts$,
    enforce,
    resync$: NEVER,
    stop$: NEVER,
  })
}

function isApplied(happening: Happening): boolean {
  return happening.kind === "event" && happening.event.type === "weights.applied"
}

function textOf(plan: Plan): string {
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

const rows: string[][] = []
for (const name of ["nft", "legacy"] as const) {
  const { bare, agent } = await measure({
    name,
    family: 4,
    save: `iptables-${name}-save`,
    restore: `iptables-${name}-restore`,
  })
  const ratios = agent.map((ms, i) => ms / (bare[i] ?? NaN))
  rows.push([name, "bare iptables-restore", ...spread(bare), ""])
  rows.push([name, "fact → rules committed", ...spread(agent), `${median(ratios).toFixed(2)} ×`])
}
printTable(`Cost of a failover's rewrite, ${ROUNDS} rounds each`, ["", "", "median", "min", "max", "ratio"], rows)
