/**
 * Whether Redis can delay a failover: a silent blackhole of the busier link, from the fault to the rules in force, while
 * Redis works, hangs, is gone, is full or is slow, beside a router that shares nothing. In each round one after another, so
 * that none waits for another's processes, and each first as often as last. How long before the fault the last answer came
 * is chance, and most of what one failover differs from another by: the changes are those of the time since that answer.
 * Run inside `src/lab/enter.ts`; the argument is the number of rounds (default 24).
 */
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { monotonicMs } from "../../src/lab/clock.ts"
import { blackhole } from "../../src/lab/faults.ts"
import { journal, untilEvent } from "../lab/support/journal.ts"
import { carriers, until } from "../lab/support/rules.ts"
import { twoLinks, withLab } from "../lab/support/scene.ts"
import { startRedis, startRouter, type LabRedis } from "../lab/support/site.ts"
import { median, pairedChange, printTable, spread } from "./figures.ts"
import { residentMb } from "./process-figures.ts"

const ROUNDS = Number(argv[2] ?? 24)
const INTERVAL_MS = 500
/** More than a failover takes. */
const TURN_MS = 2500

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

/** @returns a promise for the time (`Date.now()`) of one's turn, once all have asked for theirs. */
function createTurns(count: number): (place: number) => Promise<number> {
  let asked = 0
  let begin: (startMs: number) => void
  const start = new Promise<number>(resolve => (begin = resolve))
  return async place => {
    asked += 1
    if (asked === count) begin(Date.now() + 2 * TURN_MS)
    return (await start) + place * TURN_MS
  }
}

function failover({ act }: Trouble, round: number, myTurn: () => Promise<number>): Promise<Failover> {
  return withLab(twoLinks, async lab => {
    const redis = act === null ? null : await startRedis(lab)
    const { agent } = await startRouter(lab, "rtr-a", redis)
    const up = await untilEvent(agent, event => event.type === "link.state" && event.link === "isp1")
    if (redis !== null) await untilEvent(agent, ({ type }) => type === "share.connected")
    // The probes' beat began when the link came up, or nearly so.
    const beatMs = Date.parse(up.time) + (round / ROUNDS) * INTERVAL_MS
    const faultMs = beatMs + INTERVAL_MS * Math.ceil(((await myTurn()) - beatMs) / INTERVAL_MS)
    await sleep(faultMs - 300 - Date.now())
    if (redis !== null) await act?.(redis)
    await sleep(faultMs - Date.now())
    const { askedMs } = await blackhole(lab, "isp1")
    const wallMs = Date.now() - (monotonicMs() - askedMs)
    const tookMs = (await until(async () => (await carriers(lab)).join() === "2", 10_000, 10)) - askedMs
    await sleep(4000)
    const down = journal(agent).find(event => event.type === "link.state" && event.to === "down")
    const answeredMs = down?.type === "link.state" ? Date.parse(down.time) - (down.evidence.silenceMs ?? NaN) : NaN
    const sinceAnswerMs = tookMs + (wallMs - answeredMs)
    const disconnects = journal(agent).filter(({ type }) => type === "share.disconnected").length
    return { tookMs, sinceAnswerMs, memoryMb: await residentMb(agent.child.pid), disconnects }
  })
}

const seen = TROUBLES.map((): Failover[] => [])
for (let round = 0; round < ROUNDS; round++) {
  const turn = createTurns(TROUBLES.length)
  const place = (i: number) => (i + round) % TROUBLES.length
  const failovers = await Promise.all(TROUBLES.map((trouble, i) => failover(trouble, round, () => turn(place(i)))))
  for (const [i, each] of failovers.entries()) seen[i]?.push(each)
  process.stdout.write(`round ${round + 1} of ${ROUNDS}\n`)
}

const times = seen.map(failovers => failovers.map(({ tookMs }) => tookMs))
const sinceAnswer = seen.map(failovers => failovers.map(({ sinceAnswerMs }) => sinceAnswerMs))
const rows = TROUBLES.map(({ what }, i) => {
  const failovers = seen[i] ?? []
  const ratio = (median(times[i] ?? []) / median(times[0] ?? [])).toFixed(3)
  const change = i === 0 ? "" : pairedChange(sinceAnswer[i] ?? [], sinceAnswer[0] ?? [])
  const memory = Math.max(...failovers.map(({ memoryMb }) => memoryMb)).toFixed(1)
  const disconnects = [...new Set(failovers.map(each => each.disconnects))].sort().join(" or ")
  return [what, ...spread(times[i] ?? []), `${ratio} ×`, change, `${memory} MB`, disconnects]
})
const head = ["", "median", "min", "max", "ratio", "since last answer, mean", "most memory", "share.disconnected"]
printTable(`From a silent uplink to the rules in force, ${ROUNDS} rounds`, head, rows)
