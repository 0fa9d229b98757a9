/**
 * What damping is worth to users: isp1 falls silent for 5 s, answers for 5 s, and so on, while a client opens 20
 * connections a second and gives each half a second. Three routers at once, each in a lab of its own: by default; with an `upAfter` short enough that
 * the link comes back each time; and so, with damping out of reach. Run inside `src/lab/enter.ts`; the argument is the
 * number of minutes (default 10).
 */
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { filter, firstValueFrom } from "rxjs"
import type { JournalEvent } from "../../src/core/events.ts"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { blackhole, heal } from "../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import type { Attempt } from "../../src/lab/traffic/report.ts"
import { startClient, startServer } from "../../src/lab/users.ts"
import { twoLinks } from "../lab/support/scene.ts"
import { printTable } from "./figures.ts"

const MINUTES = Number(argv[2] ?? 10)
const SPELL_MS = 5000
const SETTLE_MS = 5000
const RATE = 20
/** What waits for its first retransmission, a second later, has failed in a user's eyes. */
const CLIENT_TIMEOUT_MS = 500

const ROUTERS = {
  "the defaults": {},
  "upAfter: 2s": { upAfter: "2s" },
  "upAfter: 2s, no damping": { upAfter: "2s", damping: { halfLife: "5m", suppress: 100, reuse: 1 } },
} as const

interface Seen {
  readonly events: readonly JournalEvent[]
  readonly attempts: readonly Attempt[]
}

function isState(event: JournalEvent, to: string): boolean {
  return event.type === "link.state" && event.link === "isp1" && event.to === to
}

async function flap(lab: Lab): Promise<void> {
  const endMs = performance.now() + MINUTES * 60_000
  while (performance.now() < endMs) {
    await blackhole(lab, "isp1")
    await sleep(SPELL_MS)
    await heal(lab, "isp1")
    await sleep(SPELL_MS)
  }
}

async function endure(lab: Lab, health: object): Promise<Seen> {
  await startServer(lab)
  const { child, events$ } = await startAgent(lab, labConfig(lab, { top: { health } }))
  void child.exited.then(({ stderr }) => process.stderr.write(stderr))
  await firstValueFrom(events$.pipe(filter(event => isState(event, "up"))))
  const [events, attempts]: [JournalEvent[], Attempt[]] = [[], []]
  await sleep(SETTLE_MS)
  const watching = events$.subscribe(event => events.push(event))
  const client = await startClient(lab, "connects", { rate: RATE, timeout: CLIENT_TIMEOUT_MS })
  client.reports$.subscribe(attempt => attempts.push(attempt))
  await flap(lab)
  watching.unsubscribe()
  return { events, attempts }
}

function row(name: string, { events, attempts }: Seen): readonly string[] {
  const applied = events.flatMap(event => (event.type === "weights.applied" ? [event.shares["isp1"] ?? 0] : []))
  const returns = applied.filter((share, i) => share > 0 && applied[i - 1] === 0).length
  const downs = events.filter(event => isState(event, "down")).length
  const failed = attempts.filter(({ ok }) => !ok).length
  return [name, downs, returns, attempts.length, failed].map(String)
}

const labs: Lab[] = []
try {
  const seen = await Promise.all(
    Object.values(ROUTERS).map(async health => {
      const lab = await buildLab(twoLinks)
      labs.push(lab)
      return endure(lab, health)
    }),
  )
  printTable(
    `isp1 flaps every ${SPELL_MS / 1000} s for ${MINUTES} minutes`,
    ["", "downs", "returns to service", "connections", "failed"],
    Object.keys(ROUTERS).map((name, i) => row(name, seen[i] ?? { events: [], attempts: [] })),
  )
} finally {
  await Promise.all(labs.map(lab => lab.dispose()))
}
