/**
 * From the fault to the decision, side by side: the agent, and `lsm` and `keepalived` as Debian packages them, each by
 * its defaults and tuned. A silent blackhole of the busier link; random loss, where every "down" is a false alarm; and
 * what a client that opens 50 connections a second notices of the agent's failovers, by a blackhole and by a lost carrier.
 * Run inside `src/lab/enter.ts`; `failover/arguments.ts` has the arguments. Some 35 minutes with all of them.
 */
import { argv, exit } from "node:process"
import { parseArguments } from "./failover/arguments.ts"
import { titleOf, type Detector } from "./failover/detector.ts"
import { choose, isOwn } from "./failover/detectors.ts"
import { machine } from "./failover/machine.ts"
import { outage, type Outage } from "./failover/outages.ts"
import { maySetGroups, missingPackages, peerPackages } from "./failover/peers.ts"
import { endure } from "./failover/random-loss.ts"
import { alarmTable, noticeRows, outageTable, seconds, type Table, type Trial } from "./failover/report.ts"
import { CAPTION, writeResults } from "./failover/results.ts"
import { faults, noticeOf, type Notice } from "./failover/users.ts"
import { printTable } from "./figures.ts"

/** Coming back takes lsm a minute and a half. */
const UP_ROUNDS = 3

const { rounds, only, seconds: windowSeconds, write } = parseArguments(argv.slice(2))
const { detectors, leftOut } = choose(only, await maySetGroups())
const withPeers = !detectors.every(isOwn)
const missing = withPeers ? await missingPackages() : []
if (missing.length > 0) {
  console.error(`The peers are missing: apt-get install ${missing.join(" ")}`)
  console.error("Without them: npm run bench:failover -- --only evenkeel")
  exit(1)
}

function progress(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function trialOf(detector: Detector): Promise<Trial> {
  const outages: Outage[] = []
  while (outages.length < rounds) {
    const { downMs, upMs } = await outage(detector, outages.length < UP_ROUNDS)
    outages.push({ downMs, upMs })
    const up = upMs === null ? "" : `, up again after ${seconds(upMs)}`
    progress(`${titleOf(detector)}: ${outages.length} of ${rounds}: down after ${seconds(downMs)}${up}`)
  }
  return { detector, outages }
}

/** The agent's repetitions have the machine to themselves; the peers', in seconds, do not disturb one another. */
async function trialsOfAll(): Promise<readonly Trial[]> {
  const own: Trial[] = []
  for (const detector of detectors.filter(isOwn)) own.push(await trialOf(detector))
  return [...own, ...(await Promise.all(detectors.filter(detector => !isOwn(detector)).map(trialOf)))]
}

async function noticed(): Promise<Table> {
  const rows: (readonly string[])[] = []
  for (const [name, fault] of Object.entries(faults)) {
    const notices: Notice[] = []
    while (notices.length < rounds) {
      const notice = await noticeOf(fault)
      notices.push(notice)
      progress(`users, ${name}: ${notices.length} of ${rounds}: steered after ${seconds(notice.steeredMs)}`)
    }
    rows.push(...noticeRows(name, notices))
  }
  return {
    title: "What 50 new connections a second notice of evenkeel's failover, default settings",
    head: ["fault", "", "median", "min", "max"],
    rows,
  }
}

const where = await machine(withPeers ? peerPackages : [])
progress(where)
for (const title of leftOut) progress(`${title} is left out: its scripts need setgroups(2), so run this as root`)
if (detectors.length === 0) exit(1)
const trials = await trialsOfAll()
if (windowSeconds > 0) progress(`random loss for ${windowSeconds} s, every detector at every loss at once`)
const endurances = windowSeconds > 0 ? await endure(detectors, windowSeconds * 1000) : []
const tables = [
  outageTable(trials, endurances),
  ...(endurances.length > 0 ? [alarmTable(endurances, windowSeconds)] : []),
  ...(detectors.some(isOwn) ? [await noticed()] : []),
]
for (const { title, head, rows } of tables) printTable(title, head, rows)
progress(`\n${CAPTION}`)
if (write) await writeResults({ machine: where, trials, endurances, tables })
