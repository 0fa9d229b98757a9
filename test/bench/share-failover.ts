/**
 * Whether Redis can delay a failover: a silent blackhole of the busier link, from the fault to the rules in force, while
 * Redis works, hangs, is gone, is full or is slow, beside a router that shares nothing. Six routers fail in turn, so that
 * none waits for another's processes, and each first as often as last; then their links and their Redis come back. How long
 * before the fault the last answer came is chance, and most of what one failover differs from another by: what is compared
 * is the time since that answer. When the rules were in force is said by the agent, which has read them back: to look at
 * them all the time would take more of the processor than all that is measured.
 * Run inside `src/lab/enter.ts`; the argument is the number of rounds (default 24).
 */
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { monotonicMs } from "../../src/lab/clock.ts"
import type { JournalEvent } from "../../src/core/events.ts"
import { blackhole, heal } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { eventsSince, lastSeq, untilEvent } from "../lab/support/journal.ts"
import { carriers, until } from "../lab/support/rules.ts"
import { twoLinks, withLab } from "../lab/support/scene.ts"
import { startRedis, startRouter, type LabRedis, type SiteRouter } from "../lab/support/site.ts"
import { median, pairedChange, printTable, spread } from "./figures.ts"
import { residentMb } from "./process-figures.ts"

const ROUNDS = Number(argv[2] ?? 24)
const INTERVAL_MS = 500
/** More than a failover takes. */
const TURN_MS = 2000
/** Longer than an agent takes to notice what has become of its Redis, and not the turn of another router. */
const TROUBLE_MS = 5000
/** A link that dies in each round would be damped, and away for long. */
const steady = { top: { health: { upAfter: "1s", damping: { halfLife: "1s", suppress: 100 } } } }

interface Trouble {
  readonly what: string
  /** Null: nothing is shared. */
  readonly act: ((redis: LabRedis) => unknown) | null
}

const TROUBLES: readonly Trouble[] = [
  { what: "nothing shared", act: null },
  { what: "Redis works", act: () => undefined },
  {
    what: "hangs (SIGSTOP)",
    act: ({ child }) => {
      child.kill("SIGSTOP")
    },
  },
  {
    what: "killed",
    act: ({ child }) => {
      child.kill("SIGKILL")
    },
  },
  { what: "out of memory", act: ({ cli }) => cli("CONFIG", "SET", "maxmemory", "1") },
  { what: "answers after 30 s", act: ({ cli }) => cli("CLIENT", "PAUSE", "30000", "ALL") },
]

interface Failover {
  readonly tookMs: number
  readonly sinceAnswerMs: number
  readonly memoryMb: number
  readonly disconnects: number
}

type Turns = (place: number) => Promise<number>

/** @returns a promise for the time (`Date.now()`) of one's turn, once all have asked for theirs. */
function createTurns(count: number): Turns {
  let asked = 0
  let begin: (startMs: number) => void
  const start = new Promise<number>(resolve => (begin = resolve))
  return async place => {
    asked += 1
    if (asked === count) begin(Date.now() + TURN_MS)
    return (await start) + place * TURN_MS
  }
}

const isOfIsp1 = (to: "up" | "down") => (event: JournalEvent) =>
  event.type === "link.state" && event.link === "isp1" && event.to === to
const ofType = (type: JournalEvent["type"]) => (event: JournalEvent) => event.type === type
const timeOf = (event: JournalEvent) => Date.parse(event.time)

/** @returns one failover of each round. */
function failovers({ act }: Trouble, turns: readonly Turns[], placeIn: (round: number) => number): Promise<Failover[]> {
  return withLab(twoLinks, async lab => {
    let redis = act === null ? null : await startRedis(lab)
    const { agent } = await startRouter(lab, "rtr-a", redis, steady)
    if (redis !== null) await untilFound(redis)
    let up = await untilEvent(agent, isOfIsp1("up"))
    const seen: Failover[] = []
    for (const [round, turn] of turns.entries()) {
      // The probes' beat began when the link came up, or nearly so.
      const beatMs = timeOf(up) + (round / ROUNDS) * INTERVAL_MS
      const faultMs = beatMs + INTERVAL_MS * Math.ceil(((await turn(placeIn(round))) - beatMs) / INTERVAL_MS)
      const begin = redis === null ? () => undefined : () => act?.(redis as LabRedis)
      seen.push(await failover({ lab, agent }, faultMs, begin))
      if (redis !== null) redis = await renewed(redis, lab)
      const seq = lastSeq(agent)
      await heal(lab, "isp1")
      up = await untilEvent(agent, isOfIsp1("up"), { afterSeq: seq })
      if (act === null) process.stdout.write(`round ${round + 1} of ${ROUNDS}\n`)
    }
    return seen
  })
}

async function failover({ lab, agent }: SiteRouter, faultMs: number, begin: () => unknown): Promise<Failover> {
  const afterSeq = lastSeq(agent)
  await sleep(faultMs - 300 - Date.now())
  await begin()
  await sleep(faultMs - Date.now())
  const { askedMs } = await blackhole(lab, "isp1")
  const wallMs = Date.now() - (monotonicMs() - askedMs)
  const down = await untilEvent(agent, isOfIsp1("down"), { afterSeq })
  const applied = await untilEvent(agent, ofType("weights.applied"), { afterSeq: down.seq })
  if ((await carriers(lab)).join() !== "2") throw new Error("the dead link carries")
  await sleep(wallMs + TROUBLE_MS - Date.now())
  const answeredMs = down.type === "link.state" ? timeOf(down) - (down.evidence.silenceMs ?? NaN) : NaN
  return {
    tookMs: timeOf(applied) - wallMs,
    sinceAnswerMs: timeOf(applied) - answeredMs,
    memoryMb: await residentMb(agent.child.pid),
    disconnects: eventsSince(agent, afterSeq).filter(ofType("share.disconnected")).length,
  }
}

/** Another in its place, whatever became of it; resolves when the router has found it. */
async function renewed({ child }: LabRedis, lab: Lab): Promise<LabRedis> {
  child.kill("SIGKILL")
  await child.exited
  const redis = await startRedis(lab)
  await untilFound(redis)
  return redis
}

/** A Redis is empty until a router writes its record. An outage that is soon over is no event. */
async function untilFound({ cli }: LabRedis): Promise<void> {
  await until(async () => (await cli("KEYS", "*")) !== "", 60_000, 200)
}

const turns = Array.from({ length: ROUNDS }, () => createTurns(TROUBLES.length))
const seen = await Promise.all(
  TROUBLES.map((trouble, i) => failovers(trouble, turns, round => (i + round) % TROUBLES.length)),
)

const times = seen.map(failovers => failovers.map(({ tookMs }) => tookMs))
const sinceAnswer = seen.map(failovers => failovers.map(({ sinceAnswerMs }) => sinceAnswerMs))
const rows = TROUBLES.map(({ what }, i) => {
  const failovers = seen[i] ?? []
  const ratio = (median(sinceAnswer[i] ?? []) / median(sinceAnswer[0] ?? [])).toFixed(3)
  const change = i === 0 ? "" : pairedChange(sinceAnswer[i] ?? [], sinceAnswer[0] ?? [])
  const memory = Math.max(...failovers.map(({ memoryMb }) => memoryMb)).toFixed(1)
  // What fails again soon after is no event again (src/agent/settled.ts).
  const disconnects = `${failovers[0]?.disconnects ?? ""}`
  const both = [...spread(times[i] ?? []), ...spread(sinceAnswer[i] ?? [])]
  return [what, ...both, `${ratio} ×`, change, `${memory} MB`, disconnects]
})
const three = ["median", "min", "max"]
const head = ["", ...three, ...three, "ratio", "mean", "most memory", "share.disconnected, 1st round"]
const title = `From a silent uplink to the rules in force, and from its last answer to them, ${ROUNDS} rounds`
printTable(title, head, rows)
