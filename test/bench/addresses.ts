/**
 * What happens to isp1 while addresses, gateways and interfaces come and go, under traffic: how long after the kernel has
 * all of it again (carrier, address, route) its routing table is right, a probe is answered, new flows go over it, and it
 * is up. Each change in a lab of its own, three at a time (the kernel paces its news of carriers for all of them together:
 * those rows are truest alone). Run inside `src/lab/enter.ts`; the arguments are the number of
 * rounds (default 20) and words that the names of the changes begin with.
 */
import { argv } from "node:process"
import { bufferCount, concatMap, from, lastValueFrom, toArray } from "rxjs"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { buildLab } from "../../src/lab/lab.ts"
import { startServer } from "../../src/lab/users.ts"
import { until } from "../lab/support/rules.ts"
import { twoLinks } from "../lab/support/scene.ts"
import { CHANGES, type Change, type Restart } from "./addresses/changes.ts"
import { isInFullService, play, type Round } from "./addresses/round.ts"
import { watch } from "./addresses/witness.ts"
import { median, printTable } from "./figures.ts"

const ROUNDS = Number(argv[2] ?? 20)
const WANTED = CHANGES.filter(({ name }) => argv.length < 4 || argv.slice(3).some(word => name.startsWith(word)))
const AT_ONCE = 3

/** Twenty changes in a few minutes are what damping is for, and not the question here. */
const health = { upAfter: "3s", damping: { suppress: 100 } }

async function endure(change: Change): Promise<readonly Round[]> {
  const lab = await buildLab(twoLinks)
  try {
    await startServer(lab)
    await change.prepare?.(lab)
    const probes = lab.targets.map(address => ({ icmp: address }))
    const yaml = labConfig(lab, { top: { health, probes }, links: { isp1: change.settings ?? {} } })
    let agent = await startAgent(lab, yaml)
    const seen = await watch(lab, agent)
    const restart: Restart = async after => {
      agent.child.kill("SIGTERM")
      await agent.child.exited
      await after()
      agent = await startAgent(lab, yaml)
    }
    await until(() => Promise.resolve(isInFullService(seen)), 30_000, 50)
    const rounds: Round[] = []
    for (let round = 0; round < ROUNDS; round++) rounds.push(await play({ lab, seen, restart }, change, round))
    seen.stop()
    return rounds
  } finally {
    await lab.dispose()
  }
}

function row({ name }: Change, rounds: readonly Round[]): readonly string[] {
  const times = (["route", "answered", "carries", "up"] as const).map(what => rounds.map(round => round[what]))
  const sums = (["broken", "failed", "failedAfter"] as const).map(what =>
    rounds.reduce((sum, round) => sum + round[what], 0),
  )
  const cell = (values: readonly number[]) => `${median(values).toFixed(0)} (${Math.max(...values).toFixed(0)}) ms`
  return [name, ...times.map(cell), ...sums.map(String)]
}

const all$ = from(WANTED).pipe(
  bufferCount(AT_ONCE),
  concatMap(changes => Promise.all(changes.map(endure))),
  concatMap(each => each),
  toArray(),
)
const all = await lastValueFrom(all$)
printTable(
  `After isp1 is usable again: median (worst) of ${ROUNDS}`,
  ["", "route", "probe answered", "carries", "up", "broken on isp2", "failed", "of them after"],
  WANTED.map((change, i) => row(change, all[i] ?? [])),
)
