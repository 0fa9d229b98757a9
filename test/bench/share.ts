/**
 * What a site costs its readers: 500 routers with four links each on one Redis, played by a process of their own, and a
 * real agent that hears them all. Processor time and memory of the agent, beside one that shares nothing. Run inside
 * `src/lab/enter.ts`; the argument is the number of seconds (default 60).
 */
import { argv, execPath } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { startRedis, startRouter, type LabRedis } from "../lab/support/site.ts"
import { twoLinks } from "../lab/support/scene.ts"
import { printTable } from "./figures.ts"
import { cpuSeconds, residentMb } from "./process-figures.ts"

const SECONDS = Number(argv[2] ?? 60)
const SETTLE_SECONDS = Number(argv[3] ?? 30)
const ROUTERS = 500
const SIMULATOR = new URL("share/simulate.js", import.meta.url).pathname

interface Load {
  readonly what: string
  /** Of each router, a second; null: nothing is shared at all. */
  readonly changes: number | null
}

const LOADS: readonly Load[] = [
  { what: "nothing shared", changes: null },
  { what: "500 routers, 500 changes a second", changes: 1 },
  { what: "500 routers, 2,000 changes a second", changes: 4 },
]

async function figuresOf({ what, changes }: Load): Promise<readonly string[]> {
  const lab = await buildLab(twoLinks)
  try {
    const redis = changes === null ? null : await startRedis(lab)
    if (redis !== null && changes !== null) await simulate(lab, redis, changes)
    const { agent } = await startRouter(lab, "rtr-a", redis, { top: redis === null ? {} : { share: { ttl: "15s" } } })
    await sleep(SETTLE_SECONDS * 1000)
    const beforeSeconds = await cpuSeconds(agent.child.pid)
    await sleep(SECONDS * 1000)
    const used = (await cpuSeconds(agent.child.pid)) - beforeSeconds
    const memory = `${(await residentMb(agent.child.pid)).toFixed(1)} MB`
    return [what, `${((100 * used) / SECONDS).toFixed(2)} %`, memory, redis === null ? "" : await served(redis)]
  } finally {
    await lab.dispose()
  }
}

async function simulate(lab: Lab, { url }: LabRedis, changes: number): Promise<void> {
  await lab.spawn("rtr", execPath, [SIMULATOR, url.slice("unix://".length), String(ROUTERS), String(changes)])
}

/** Proof that the load was there. */
async function served({ cli }: LabRedis): Promise<string> {
  const stats = await cli("INFO", "commandstats")
  const [, calls = "0"] = /cmdstat_publish:calls=(\d+)/.exec(stats) ?? []
  return calls
}

const rows: (readonly string[])[] = []
for (const load of LOADS) rows.push(await figuresOf(load))
printTable(`A reader of ${ROUTERS} routers over ${SECONDS} s`, ["", "of a core", "resident", "messages in all"], rows)
