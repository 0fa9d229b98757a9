/**
 * What evenkeel adds to ipset's own price of 100,000 networks: each family's set read from a file, filled, replaced and
 * compared, against a bare `ipset restore` of the same networks from this same program, in turn; and how long the program
 * stands still for it. Run inside `src/lab/enter.ts`: it makes the sets of its own network namespace.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { setFlagsFromString } from "node:v8"
import { readSetFile } from "../../src/config/read-set-file.ts"
import type { Family } from "../../src/core/ip-family.ts"
import { kernelSets } from "../../src/core/ipsets.ts"
import { asNetworks, NO_NETWORKS } from "../../src/core/networks.ts"
import { fillSets, removeSets } from "../../src/system/ipset.ts"
import { run } from "../../src/system/run.ts"
import { median, printTable, spread } from "./figures.ts"
import { networks } from "./networks.ts"

// As the agent runs.
setFlagsFromString("--no-opt")

const ENTRIES = 100_000
const ROUNDS = 10

const STEPS = ["bare ipset restore", "read and filled", "read and replaced", "read, compared, left alone"] as const

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  await action()
  return performance.now() - startMs
}

/** From a file to the kernel. */
async function fill(family: Family, file: string): Promise<void> {
  const { networks: found, problems } = await readSetFile(file)
  if (problems.length > 0) throw new Error(problems.join("\n"))
  const list = asNetworks(found)
  const all = family === 4 ? { 4: list, 6: NO_NETWORKS } : { 4: NO_NETWORKS, 6: list }
  await fillSets(kernelSets([{ kind: "owned", name: "bench", networks: all }]))
}

async function measure(family: Family, directory: string): Promise<string[][]> {
  const files = [0, 1].map(variant => join(directory, `${family}-${variant}`))
  const [first = "", second = ""] = files
  for (const [variant, file] of files.entries()) await writeFile(file, networks(family, ENTRIES, variant).join("\n"))
  const type = `hash:net family ${family === 4 ? "inet" : "inet6"} maxelem ${ENTRIES}`
  const input = [`create bare ${type}`, ...networks(family, ENTRIES, 0).map(network => `add bare ${network}`), ""].join(
    "\n",
  )
  const rounds: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const bareMs = await timed(() => run("ipset", ["restore"], { input }))
    await run("ipset", ["destroy", "bare"])
    const [filledMs, replacedMs] = [await timed(() => fill(family, first)), await timed(() => fill(family, second))]
    rounds.push([bareMs, filledMs, replacedMs, await timed(() => fill(family, second))])
    await removeSets()
  }
  return STEPS.map((what, step) => {
    const ratio = median(rounds.map(times => (times[step] ?? NaN) / (times[0] ?? NaN)))
    return [`IPv${family}`, what, ...spread(rounds.map(times => times[step] ?? NaN)), `${ratio.toFixed(2)} ×`]
  })
}

const directory = await mkdtemp(join(tmpdir(), "evenkeel-bench-"))
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const rows = [...(await measure(4, directory)), ...(await measure(6, directory))]
await rm(directory, { recursive: true })
const head = ["", "", "median", "min", "max", "ratio"]
printTable(`A set of ${ENTRIES.toLocaleString("en")} networks, ${ROUNDS} rounds`, head, rows)
const [usualMs, longestMs] = [delay.percentile(99) / 1e6, delay.max / 1e6]
process.stdout.write(
  `  the program stood still for at most ${longestMs.toFixed(0)} ms (99 of 100 times: ${usualMs.toFixed(0)} ms)\n`,
)
