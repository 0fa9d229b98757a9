/**
 * The detector in virtual time: how soon it notices, and how often for nothing, on lines of many kinds, beside models of
 * its peers. `--days 10` sets the time simulated per line and detector, `--year` makes it a year, `--only TEXT` takes
 * only lines whose name holds TEXT, `--write` puts the tables into test/bench/results/detect.md. The same figures come
 * out each time, on any machine, but for the last one.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { from, lastValueFrom, map, mergeMap, Observable, tap, toArray } from "rxjs"
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

if (isMainThread) await main()
else parentPort?.postMessage(benchOne(workerData as number))

/** The line of this number, by every detector; `costMs` is what one probe of evenkeel's took. */
function benchOne(index: number): { readonly block: Block; readonly costMs: number } {
  const model = models[index]
  if (model === undefined) throw new Error(`there is no line ${index}`)
  const startMs = performance.now()
  const own = bench(OURS, model, spanMs)
  const costMs = (performance.now() - startMs) / own.probes
  const peers = PEERS.map(peer => ({ detector: peer.name, score: bench(peer, model, spanMs) }))
  return { block: { model, own: { detector: OURS.name, score: own }, peers }, costMs }
}

/** Each line in a thread of its own, as many at once as there are processors, printed as they come. */
async function main(): Promise<void> {
  const all$ = from(models.keys()).pipe(
    mergeMap(index => inThread(index).pipe(map(done => ({ index, ...done }))), availableParallelism()),
  )
  const done = await lastValueFrom(
    all$.pipe(
      tap(({ block }) => {
        printTable(block.model.name, HEAD, rowsOf(block))
      }),
      toArray(),
    ),
  )
  const inOrder = done.toSorted((a, b) => a.index - b.index)
  await report(
    inOrder.map(({ block }) => block),
    inOrder.map(({ costMs }) => costMs),
  )
}

function inThread(index: number): Observable<ReturnType<typeof benchOne>> {
  return new Observable(subscriber => {
    const worker = new Worker(new URL(import.meta.url), { workerData: index, argv: process.argv.slice(2) })
    worker.on("message", (done: ReturnType<typeof benchOne>) => {
      subscriber.next(done)
      subscriber.complete()
    })
    worker.on("error", error => {
      subscriber.error(error)
    })
    return () => {
      void worker.terminate()
    }
  })
}

async function report(blocks: readonly Block[], costsMs: readonly number[]): Promise<void> {
  printTable("Where a peer is ahead", ["line", "peer", "in what"], aheadRows(blocks))
  const meanMs = costsMs.reduce((sum, costMs) => sum + costMs, 0) / costsMs.length
  process.stdout.write(
    `\n${span}. evenkeel's detector and the line: a link-year at the default pace takes ${yearSeconds(costsMs[0] ?? NaN)} s ` +
      `on the first of these lines, ${yearSeconds(meanMs)} s on average, ${yearSeconds(Math.max(...costsMs))} s on the dearest.\n`,
  )
  if (options.write) await write(blocks)
}

/** What a year takes of as many probes as the default pace sends. */
function yearSeconds(costMs: number): string {
  return ((costMs * 2 * YEAR_MS) / 1e6).toFixed(0)
}

async function write(blocks: readonly Block[]): Promise<void> {
  const head = `# Detection in virtual time\n\n${span}, fixed seeds: \`npm run bench:detect\` prints the same.\n\n${LEGEND}`
  await mkdir(RESULTS, { recursive: true })
  await writeFile(`${RESULTS}/detect.md`, [head, ...blocks.map(blockMarkdown), aheadMarkdown(blocks)].join("\n"))
}
