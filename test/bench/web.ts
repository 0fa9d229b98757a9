/**
 * Whether people who look at the page can delay a failover: a silent blackhole of the busier link, from the fault to the
 * rules in force, with nobody there and with 200 clients in a process of their own (100 that listen, 100 that ask every
 * second), by turns, and each first as often as last. How long before the fault the last answer came is chance, so the
 * faults of both are spread alike over the time between two probes. Run inside `src/lab/enter.ts`; the arguments are the
 * number of rounds (default 24) and of clients.
 */
import { argv, execPath } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { firstValueFrom, lastValueFrom } from "rxjs"
import type { LabAgent } from "../../src/lab/agent.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import type { Child } from "../../src/system/run-child.ts"
import { journal, untilEvent } from "../lab/support/journal.ts"
import { carriers, until } from "../lab/support/rules.ts"
import { twoLinks, withScene } from "../lab/support/scene.ts"
import { untilServed, WEB, webConfig } from "../lab/support/web.ts"
import { median, pairedChange, printTable, spread } from "./figures.ts"
import { cpuSeconds, residentMb } from "./process-figures.ts"

const ROUNDS = Number(argv[2] ?? 24)
const CLIENTS = Number(argv[3] ?? 200)
const INTERVAL_MS = 500
const LOOKED_AT_MS = 3_000
const PROGRAM = new URL("web/clients.js", import.meta.url).pathname

interface Failover {
  readonly tookMs: number
  readonly sinceAnswerMs: number
  readonly memoryMb: number
  /** Of a core, before the fault. */
  readonly load: number
  /** What clients were served; null: there were none. */
  readonly served: string | null
}

const NOBODY = 0

function failover(clients: number, round: number): Promise<Failover> {
  return withScene(twoLinks, { top: { web: webConfig } }, async ({ lab, agent }) => {
    await untilServed(lab)
    const looking = clients === NOBODY ? null : await startClients(lab, clients)
    const load = await loadOf(agent)
    const up = journal(agent).find(event => event.type === "link.state" && event.link === "isp1")
    // The probes' beat began when the link came up, or nearly so.
    const beatMs = Date.parse(up?.time ?? "") + (round / ROUNDS) * INTERVAL_MS
    await sleep(INTERVAL_MS - ((Date.now() - beatMs) % INTERVAL_MS))
    const { askedMs } = await blackhole(lab, "isp1")
    const wallMs = Date.now() - (monotonicMs() - askedMs)
    const tookMs = (await until(async () => (await carriers(lab)).join() === "2", 10_000, 10)) - askedMs
    const memoryMb = await residentMb(agent.child.pid)
    const down = await untilEvent(agent, event => event.type === "link.state" && event.to === "down")
    const answeredMs = down.type === "link.state" ? Date.parse(down.time) - (down.evidence.silenceMs ?? NaN) : NaN
    const sinceAnswerMs = tookMs + (wallMs - answeredMs)
    return { tookMs, sinceAnswerMs, memoryMb, load, served: looking && (await stop(looking)) }
  })
}

async function startClients(lab: Lab, count: number): Promise<Child> {
  const child = await lab.spawn("rtr", execPath, [PROGRAM, String(WEB.port), String(count)])
  await firstValueFrom(child.lines$)
  return child
}

async function loadOf({ child: { pid } }: LabAgent): Promise<number> {
  const beforeSeconds = await cpuSeconds(pid)
  await sleep(LOOKED_AT_MS)
  return ((await cpuSeconds(pid)) - beforeSeconds) / (LOOKED_AT_MS / 1000)
}

async function stop(child: Child): Promise<string> {
  child.kill("SIGTERM")
  const { answers, failures, messages } = JSON.parse(await lastValueFrom(child.lines$)) as Record<string, number>
  return `${answers ?? 0} answers, ${messages ?? 0} messages, ${failures ?? 0} failed`
}

const variants = [NOBODY, CLIENTS]
const seen = variants.map((): Failover[] => [])
for (let round = 0; round < ROUNDS; round++) {
  for (const place of round % 2 === 0 ? [0, 1] : [1, 0])
    seen[place]?.push(await failover(variants[place] ?? NOBODY, round))
  process.stdout.write(`round ${round + 1} of ${ROUNDS}\n`)
}

const times = seen.map(failovers => failovers.map(({ tookMs }) => tookMs))
const sinceAnswer = seen.map(failovers => failovers.map(({ sinceAnswerMs }) => sinceAnswerMs))
const rows = variants.map((clients, i) => {
  const failovers = seen[i] ?? []
  const ratio = (median(times[i] ?? []) / median(times[0] ?? [])).toFixed(3)
  const change = i === 0 ? "" : pairedChange(sinceAnswer[i] ?? [], sinceAnswer[0] ?? [])
  const memory = Math.max(...failovers.map(({ memoryMb }) => memoryMb)).toFixed(1)
  const load = `${(100 * median(failovers.map(each => each.load))).toFixed(1)} %`
  const what = clients === NOBODY ? "nobody looks" : `${clients} clients`
  return [what, ...spread(times[i] ?? []), `${ratio} ×`, change, `${memory} MB`, load, failovers.at(-1)?.served ?? ""]
})
const head = ["", "median", "min", "max", "ratio", "since last answer, mean", "most memory", "of a core", "served"]
printTable(`From a silent uplink to the rules in force, ${ROUNDS} rounds`, head, rows)
