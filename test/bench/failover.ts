/**
 * From the fault to the rules in force: a silent blackhole and a lost carrier of the busiest link, default detection
 * settings, and what a client that opens 50 connections a second notices. The argument is the number of repetitions
 * (default 20). Run inside `src/lab/enter.ts`. Times end when the transaction has been committed, as the journal says.
 */
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { filter, firstValueFrom, skip, type Observable } from "rxjs"
import type { JournalEvent } from "../../src/core/events.ts"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { blackhole, carrierBack, carrierLoss, heal, type FaultTime } from "../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import type { Attempt } from "../../src/lab/traffic/report.ts"
import { startClient, startServer } from "../../src/lab/users.ts"
import { printTable, quantile, spread } from "./figures.ts"

const ROUNDS = Number(argv[2] ?? 20)
const CLIENT_TIMEOUT_MS = 2000
/** Short, so that the bench is; it has no part in what is measured. */
const UP_AFTER = "1s"

type Fault = (lab: Lab, link: string) => Promise<FaultTime>

interface Round {
  readonly steeredMs: number
  /** Start of the last connection that failed or needed a retransmission, after the fault; 0: none did. */
  readonly lastHeldMs: number
  readonly lastFailedMs: number
}

/** The journal's wall clock on the monotonic one. */
function atMs(event: JournalEvent): number {
  return monotonicMs() - (Date.now() - Date.parse(event.time))
}

function next(events$: Observable<JournalEvent>, carries: boolean): Promise<JournalEvent> {
  const isIt = (event: JournalEvent) => event.type === "weights.applied" && (event.shares["isp1"] !== 0) === carries
  const fromMs = monotonicMs()
  return firstValueFrom(events$.pipe(filter(event => isIt(event) && atMs(event) > fromMs)))
}

async function measure(
  lab: Lab,
  events$: Observable<JournalEvent>,
  attempts: readonly Attempt[],
  [fault, end]: readonly [Fault, Fault],
): Promise<Round> {
  const steered = next(events$, false)
  const { askedMs } = await fault(lab, "isp1")
  const steeredMs = atMs(await steered) - askedMs
  await sleep(CLIENT_TIMEOUT_MS + 500)
  const since = attempts.filter(attempt => attempt.startMs >= askedMs)
  const last = (held: (attempt: Attempt) => boolean) =>
    Math.max(0, ...since.filter(held).map(attempt => attempt.startMs - askedMs))
  const back = next(events$, true)
  await end(lab, "isp1")
  await back
  await sleep(Math.random() * 500)
  return {
    steeredMs,
    lastHeldMs: last(attempt => !attempt.ok || attempt.tookMs > 500),
    lastFailedMs: last(attempt => !attempt.ok),
  }
}

function rowsOf(name: string, rounds: readonly Round[]): readonly (readonly string[])[] {
  const row = (what: string, values: readonly number[]) => [name, what, ...spread(values), ms(quantile(values, 0.95))]
  return [
    row(
      "fault → rules committed",
      rounds.map(round => round.steeredMs),
    ),
    row(
      "last connection held up began",
      rounds.map(round => round.lastHeldMs),
    ),
    row(
      "last connection that failed began",
      rounds.map(round => round.lastFailedMs),
    ),
  ]
}

const ms = (value: number) => `${value.toFixed(1)} ms`

const lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2" }] })
try {
  await startServer(lab)
  const agent = await startAgent(lab, labConfig(lab, { top: { health: { upAfter: UP_AFTER } } }))
  await firstValueFrom(
    agent.events$.pipe(
      filter(({ type }) => type === "link.state"),
      skip(1),
    ),
  )
  const client = await startClient(lab, "connects", { rate: 50, timeout: CLIENT_TIMEOUT_MS })
  const attempts: Attempt[] = []
  client.reports$.subscribe(attempt => attempts.push(attempt))
  await sleep(5000)
  const faults = { blackhole: [blackhole, heal], "carrier loss": [carrierLoss, carrierBack] } as const
  const rows: (readonly string[])[] = []
  for (const [name, fault] of Object.entries(faults)) {
    const rounds: Round[] = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(lab, agent.events$, attempts, fault))
    rows.push(...rowsOf(name, rounds))
  }
  printTable(`Failover, ${ROUNDS} times each`, ["", "", "median", "min", "max", "p95"], rows)
} finally {
  await lab.dispose()
}
