import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { build } from "rolldown"
import { expect, test } from "vitest"

import { collect, open, rotatedNames, scratch, seqs, upTo } from "./helpers.ts"
import { readJournal } from "../../src/journal/read.ts"

/** node runs no TypeScript here, and a child must not cost a second to start: so it is one bundled file. */
async function bundle(file: string): Promise<string> {
  await build({
    input: `${import.meta.dirname}/append-forever.ts`,
    platform: "node",
    output: { file, format: "esm" },
    logLevel: "warn",
  })
  return file
}

/** Kills the child `aliveMs` after its first sign of life. Returns the last number that it knew to be on disk. */
async function runAndKill(program: string, directory: string, aliveMs: number): Promise<number> {
  const running = spawn(process.execPath, [program, directory], { stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(running, "exit")
  let output = ""
  running.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
  await Promise.race([once(running.stdout, "data"), exited.then(died)])
  await delay(aliveMs)
  running.kill("SIGKILL")
  expect((await exited)[1]).toBe("SIGKILL")
  return Number(output.slice(0, output.lastIndexOf("\n")).split("\n").at(-1))
}

function died(exit: readonly unknown[]): never {
  throw new Error(`the child ended before its first line: ${exit.join(" ")}`)
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
  const program = await bundle(join(parent, "append-forever.mjs"))
  // Evenly spread, in no order: a random list may hold next to nothing but short ones, which prove nothing.
  const delays = Array.from({ length: 50 }, (_, i) => (i * 17) % 41)
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
