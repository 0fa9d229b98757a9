import fc from "fast-check"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import ts from "typescript"
import { expect, test } from "vitest"

import { collect, open, rotatedNames, scratch, seqs, upTo } from "./helpers.ts"
import { readJournal } from "../../src/journal/read.ts"

const source = `${import.meta.dirname}/../../src/journal`

/** Appends as fast as it can, in batches of changing size, and prints the last number of each that is on disk. */
const child = `
import { writeSync } from "node:fs"
import { openJournal } from "./journal.js"
const [directory] = process.argv.slice(2)
writeSync(1, "0\\n")
const journal = await openJournal({ directory, router: "rtr-a", site: "home", maxBytes: 3000, keep: 1e6 })
for (let batch = 1; ; batch += 1) {
  for (let i = 0; i < batch % 17; i += 1) journal.append({ type: "agent.stopped", reason: "x".repeat((batch * i) % 500) })
  await journal.flush()
  writeSync(1, journal.lastSeq + "\\n")
}`

/** node runs no TypeScript here, and a child must not cost a second to start: so the journal's few files are transpiled. */
async function transpile(directory: string): Promise<string> {
  await mkdir(directory)
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    rewriteRelativeImportExtensions: true,
  }
  for (const name of await readdir(source)) {
    const { outputText } = ts.transpileModule(await readFile(join(source, name), "utf8"), { compilerOptions })
    await writeFile(join(directory, name.replace(".ts", ".js")), outputText)
  }
  await writeFile(join(directory, "package.json"), '{"type":"module"}')
  const program = join(directory, "append-forever.js")
  await writeFile(program, child)
  return program
}

/** Kills the child `aliveMs` after its first sign of life. Returns the last number that it knew to be on disk. */
async function runAndKill(program: string, directory: string, aliveMs: number): Promise<number> {
  const running = spawn(process.execPath, [program, directory], { stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(running, "exit")
  let output = ""
  running.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
  await once(running.stdout, "data")
  await delay(aliveMs)
  running.kill("SIGKILL")
  expect((await exited)[1]).toBe("SIGKILL")
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1))
}

/** Every number behind `known` once and in order, none that was known to be on disk missing; returns the last. */
async function verify(directory: string, known: number, durable: number): Promise<number> {
  const events = await collect(readJournal(directory, { sinceSeq: known + 1 }))
  const last = known + events.length
  expect(events.map(event => event.seq)).toEqual(upTo(last, known + 1))
  expect(last).toBeGreaterThanOrEqual(durable)
  return last
}

test("200 times SIGKILL at any moment cost no number, repeat none, and lose nothing that was on disk", async () => {
  const parent = await scratch()
  const program = await transpile(join(parent, "program"))
  const [delays = []] = fc.sample(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 50, maxLength: 50 }), 1)
  const lanes = ["a", "b", "c", "d"].map(async name => {
    const directory = join(parent, name)
    let last = 0
    for (const aliveMs of delays) {
      const durable = await runAndKill(program, directory, aliveMs)
      last = await verify(directory, last, durable)
    }
    expect((await open(directory, { keep: 1e6 })).lastSeq).toBe(last)
    expect(await seqs(directory)).toEqual(upTo(last))
    return { events: last, files: (await rotatedNames(directory)).length }
  })
  for (const { events, files } of await Promise.all(lanes)) {
    expect(events).toBeGreaterThan(50)
    expect(files).toBeGreaterThan(2)
  }
}, 180_000)
