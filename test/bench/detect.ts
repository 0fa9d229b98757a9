/**
 * The detector in virtual time: how soon it notices, and how often for nothing, on lines of many kinds, beside models of
 * its peers. `--days 10` sets the time simulated per line and detector, `--year` makes it a year, `--only TEXT` takes
 * only lines whose name holds TEXT, `--write` puts the tables into test/bench/results/detect.md. The same figures come
 * out each time, on any machine, but for the last one.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { bench } from "./detect/bench.ts"
import { OURS, PEERS } from "./detect/detectors.ts"
import { MODELS } from "./detect/models.ts"
import { aheadMarkdown, aheadRows, blockMarkdown, HEAD, LEGEND, rowsOf, YEAR_MS, type Block } from "./detect/table.ts"
import { printTable } from "./figures.ts"

const DAY_MS = 24 * 3_600_000
const RESULTS = "test/bench/results"

const { values: options } = parseArgs({
  options: {
    days: { type: "string", default: "10" },
    year: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    write: { type: "boolean", default: false },
  },
})
const spanMs = options.year ? YEAR_MS : Number(options.days) * DAY_MS
if (!(spanMs > 0)) throw new Error(`--days ${options.days}: expected a number above 0`)
const span = `${spanMs / DAY_MS} simulated days per line and detector`

const models = MODELS.filter(({ name }) => name.includes(options.only))
if (models.length === 0) throw new Error(`--only ${options.only}: no line's name holds this`)

const blocks: Block[] = []
const costsMs: number[] = []
for (const model of models) {
  const startMs = performance.now()
  const own = bench(OURS, model, spanMs)
  costsMs.push((performance.now() - startMs) / own.probes)
  const peers = PEERS.map(peer => ({ detector: peer.name, score: bench(peer, model, spanMs) }))
  const block = { model, own: { detector: OURS.name, score: own }, peers }
  blocks.push(block)
  printTable(model.name, HEAD, rowsOf(block))
}

printTable("Where a peer is ahead", ["line", "peer", "in what"], aheadRows(blocks))

/** What a year takes of as many probes as the default pace sends. */
const yearSeconds = (costMs: number) => ((costMs * 2 * YEAR_MS) / 1e6).toFixed(0)
const meanMs = costsMs.reduce((sum, costMs) => sum + costMs, 0) / costsMs.length
process.stdout.write(
  `\n${span}. evenkeel's detector and the line: a link-year at the default pace takes ${yearSeconds(costsMs[0] ?? NaN)} s ` +
    `on the first of these lines, ${yearSeconds(meanMs)} s on average, ${yearSeconds(Math.max(...costsMs))} s on the dearest.\n`,
)

if (options.write) {
  const head = `# Detection in virtual time\n\n${span}, fixed seeds: \`npm run bench:detect\` prints the same.\n\n${LEGEND}`
  await mkdir(RESULTS, { recursive: true })
  await writeFile(`${RESULTS}/detect.md`, [head, ...blocks.map(blockMarkdown), aheadMarkdown(blocks)].join("\n"))
}
