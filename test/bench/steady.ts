/**
 * What the agent costs while nothing happens: two links with three targets each, default settings. Processor time and
 * memory of the agent and of the monitors it runs, from /proc, beside a Node process that does nothing. Run inside
 * `src/lab/enter.ts`; the argument is the number of seconds (default 120).
 */
import { readFile } from "node:fs/promises"
import { argv, execPath } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { buildLab } from "../../src/lab/lab.ts"
import { startServer } from "../../src/lab/users.ts"
import { printTable } from "./figures.ts"
import { cpuSeconds, residentMb } from "./process-figures.ts"

const SECONDS = Number(argv[2] ?? 120)
/** Starting up, the just-in-time compiler and V8 shrinking its heap afterwards (three full collections) are not the steady state. */
const SETTLE_SECONDS = 60
async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")
  return children.split(" ").filter(Boolean).map(Number)
}

async function sum(pids: readonly number[], measure: (pid: number) => Promise<number>): Promise<number> {
  const values = await Promise.all(pids.map(measure))
  return values.reduce((total, value) => total + value, 0)
}

const lab = await buildLab({ links: [{ name: "isp1" }, { name: "isp2" }] })
try {
  await startServer(lab)
  const probes = lab.targets.map(address => ({ icmp: address }))
  const agent = await startAgent(lab, labConfig(lab, { top: { probes } }))
  const idle = await lab.spawn("rtr", execPath, ["-e", "setInterval(() => {}, 1e6)"])
  await sleep(SETTLE_SECONDS * 1000)
  const groups = { agent: [agent.child.pid], monitors: await childrenOf(agent.child.pid), "idle Node": [idle.pid] }
  const before = await Promise.all(Object.values(groups).map(pids => sum(pids, cpuSeconds)))
  await sleep(SECONDS * 1000)
  const rows = await Promise.all(
    Object.entries(groups).map(async ([name, pids], i) => {
      const used = (await sum(pids, cpuSeconds)) - (before[i] ?? 0)
      return [name, `${((100 * used) / SECONDS).toFixed(2)} %`, `${(await sum(pids, residentMb)).toFixed(1)} MB`]
    }),
  )
  printTable(`Steady state over ${SECONDS} s: 2 links, 3 targets each`, ["", "of a core", "resident"], rows)
} finally {
  await lab.dispose()
}
