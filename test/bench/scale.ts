/**
 * A large router: 64 links with three targets each, 200 policies, sets of 100,000 networks of each family. What a change of
 * health costs against a bare `iptables-restore` of the same text, how many transactions it takes the real agent, how long
 * commands take, and what the agent costs while nothing happens. Run inside `src/lab/enter.ts`; the argument is the number
 * of minutes to watch it at rest (default 4).
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { filter, firstValueFrom, lastValueFrom, map, Subject, timeout, toArray } from "rxjs"
import { loadConfig } from "../../src/config/load.ts"
import { viewOf } from "../../src/core/family.ts"
import { evenkeel, labConfig, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { carrierBack, carrierLoss } from "../../src/lab/faults.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { lanInterface } from "../../src/lab/topology.ts"
import { printTable } from "./figures.ts"
import { largeSets, linkNames, LINKS, manyPolicies, NETWORKS, POLICIES } from "./large-router.ts"
import { cpuSeconds, residentMb } from "./process-figures.ts"
import { backendOf, rewriteRows } from "./rewrite-cost.ts"

// As the agent runs.
setFlagsFromString("--no-opt")

const MINUTES = Number(argv[2] ?? 4)
const ROUNDS = 20
/** The kernel holds back the carrier of an interface that flaps, for a second or two. */
const PATIENCE_MS = 30_000
/**
 * A carrier that was gone for less than `downAfter` is no outage, so slow start adds no changes of its own; and a link that
 * loses it every second is not to be damped.
 */
const health = { downAfter: "10s", damping: { halfLife: "1s", suppress: 100 } }

async function rewrites(yaml: string, directory: string): Promise<void> {
  const file = join(directory, "evenkeel.yaml")
  await writeFile(file, yaml)
  const read = await loadConfig(file, { hostname: "bench" })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const rows: string[][] = []
  for (const name of ["nft", "legacy"] as const)
    rows.push(...(await rewriteRows(viewOf(read.config, 4), backendOf(name), ROUNDS)))
  printTable(`Cost of a failover's rewrite, ${ROUNDS} rounds each`, ["", "", "median", "min", "max", "ratio"], rows)
}

/** Names of the programs that committed a transaction of the router's nft rules meanwhile. */
async function committers(lab: Lab, act: () => Promise<unknown>): Promise<readonly string[]> {
  const monitor = await lab.spawn("rtr", "stdbuf", ["-oL", "nft", "monitor"])
  await sleep(500)
  await act()
  monitor.kill()
  const lines = await lastValueFrom(monitor.lines$.pipe(toArray()))
  return lines.flatMap(line => /^# new generation \d+ by process \d+ \((.*)\)$/.exec(line)?.[1] ?? [])
}

/** isp1 loses its carrier and gets it back at once, as often as that. Each is waited for, so none is left out. */
async function changes(lab: Lab, { events$ }: LabAgent): Promise<void> {
  const applied$ = new Subject<{ readonly carries: boolean }>()
  const watching = events$
    .pipe(
      filter(event => event.type === "weights.applied"),
      map(({ shares }) => ({ carries: (shares["isp1"] ?? 0) > 0 })),
    )
    .subscribe(applied$)
  let applied = 0
  applied$.subscribe(() => applied++)
  const names = await committers(lab, async () => {
    for (let round = 0; round < ROUNDS; round++)
      for (const act of [carrierLoss, carrierBack]) {
        const isDone = ({ carries }: { readonly carries: boolean }) => carries === (act === carrierBack)
        const done = firstValueFrom(applied$.pipe(filter(isDone), timeout({ first: PATIENCE_MS })))
        await act(lab, "isp1")
        await done
      }
  })
  watching.unsubscribe()
  const who = [...new Set(names)].join(", ")
  process.stdout.write(
    `\n${2 * ROUNDS} changes of health: ${applied} times weights.applied, ${names.length} transactions (${who})\n`,
  )
}

async function commands(lab: Lab): Promise<void> {
  const rows: string[][] = []
  for (const command of ["check", "plan", "doctor", "status"]) {
    const startMs = performance.now()
    const failed = await evenkeel(lab, command).then(
      () => "",
      (error: unknown) => String(error).slice(0, 200),
    )
    rows.push([command, `${((performance.now() - startMs) / 1000).toFixed(2)} s`, failed])
  }
  printTable("Commands beside the agent", ["", "took", ""], rows)
}

/** V8 goes on optimizing for minutes what runs a hundred times a second, so each minute is told by itself. */
async function atRest({ child: { pid } }: LabAgent): Promise<void> {
  const rows: string[][] = []
  for (let minute = 1; minute <= MINUTES; minute++) {
    const before = await cpuSeconds(pid)
    await sleep(60_000)
    const used = (await cpuSeconds(pid)) - before
    rows.push([`minute ${minute}`, `${(used / 0.6).toFixed(2)} %`, `${(await residentMb(pid)).toFixed(1)} MB`])
  }
  printTable("At rest", ["", "of a core", "resident"], rows)
}

/** Links come up one by one; what that asks of the rules is none of the changes that are counted. */
const QUIET_MS = 5_000

async function untilAllUp({ events$ }: LabAgent): Promise<void> {
  const waiting = new Set(linkNames)
  const isLast = filter((event: { type: string; link?: string; to?: string }) => {
    if (event.type === "link.state" && event.to === "up") waiting.delete(event.link ?? "")
    return waiting.size === 0
  })
  await firstValueFrom(events$.pipe(isLast))
}

const directory = await mkdtemp(join(tmpdir(), "evenkeel-bench-"))
const lab = await buildLab({ links: linkNames.map(name => ({ name })) })
try {
  process.stdout.write(`${LINKS} links, ${POLICIES} policies, sets of ${NETWORKS.toLocaleString("en")} networks\n`)
  const probes = lab.targets.map(address => ({ icmp: address }))
  const top = { probes, health, sets: await largeSets(directory), policies: manyPolicies(lanInterface) }
  const yaml = labConfig(lab, { top })
  await rewrites(yaml, directory)
  const startMs = performance.now()
  const agent = await startAgent(lab, yaml)
  void agent.child.exited.then(({ stderr }) => process.stderr.write(stderr))
  await untilAllUp(agent)
  process.stdout.write(`\nfrom its start to all links up: ${((performance.now() - startMs) / 1000).toFixed(1)} s\n`)
  await sleep(QUIET_MS)
  await changes(lab, agent)
  await atRest(agent)
  await commands(lab)
} finally {
  await lab.dispose()
  await rm(directory, { recursive: true })
}
