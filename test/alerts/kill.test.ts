import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { build } from "rolldown"
import { expect, test } from "vitest"
import { openJournal } from "../../src/journal/journal.ts"
import { readKept } from "../../src/alerts/state-file.ts"
import * as j from "../core/alerts/journal.ts"
import { startListener } from "./support/listener.ts"
import { until } from "./support/scene.ts"

/** node runs no TypeScript here, and a child must not cost a second to start: so it is bundled, and what it does not use apart. */
async function bundle(directory: string): Promise<string> {
  const input = `${import.meta.dirname}/send-forever.ts`
  const output = { dir: directory, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" } as const
  await build({ input, platform: "node", output, logLevel: "warn" })
  return join(directory, "send-forever.mjs")
}

function start(program: string, stateDir: string, url: string) {
  return spawn(process.execPath, [program, stateDir, url], { stdio: ["ignore", "pipe", "inherit"] })
}

const KILLS = 100
const LANES = 4

/** Evenly spread, in no order: some die before they have read anything, some between delivery and its record, some after. */
const lifetimesMs = Array.from({ length: KILLS / LANES }, (_, i) => 4 * ((i * 17) % 41))

test(`${KILLS} times SIGKILL at any moment between an event and its alert lose none, and none is out of order`, async () => {
  const parent = await mkdtemp(join(tmpdir(), "evenkeel-kill-"))
  const program = await bundle(join(parent, "program"))
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const stateDir = join(parent, String(lane))
    const journal = await openJournal({ directory: stateDir, router: "rtr-a", site: "home" })
    const { url, received, close } = await startListener()
    const happen = async (n: number) => {
      journal.append(j.goes("isp1", n % 2 === 0 ? "down" : "up"))
      await journal.flush()
    }
    const isTold = () => received.length > 0 && received.at(-1)?.body === expectedIds(journal.lastSeq).at(-1)
    const early = await killOften({ program, stateDir, url, happen, isTold })
    const last = start(program, stateDir, url)
    await until(async () => (await readKept(stateDir, "oncall"))?.state.cursor?.seq === journal.lastSeq)
    await until(async () => (await readKept(stateDir, "oncall"))?.state.queue.length === 0)
    last.kill("SIGKILL")
    await once(last, "exit")
    await Promise.all([close(), journal.close()])
    const ids = received.map(({ body }) => body)
    // What is sent twice is the one message whose delivery was not on disk yet.
    expect(ids.filter((id, index) => id !== ids[index - 1])).toEqual(expectedIds(journal.lastSeq))
    return { early, twice: ids.length - journal.lastSeq }
  })
  const counts = await Promise.all(lanes)
  const [early = 0, twice = 0] = (["early", "twice"] as const).map(key =>
    counts.reduce((n, count) => n + count[key], 0),
  )
  console.log(`${KILLS} kills, ${early} before the alert was out: ${twice} messages were sent twice, none was lost`)
  expect(early).toBeGreaterThan(KILLS / 10)
  await rm(parent, { recursive: true })
}, 60_000)

interface Child {
  readonly program: string
  readonly stateDir: string
  readonly url: string
  readonly happen: (n: number) => Promise<void>
  readonly isTold: () => boolean
}

/**
 * Half of the events come before the sender starts, half while it runs. Returns how often it died before the alert of the
 * newest was out.
 */
async function killOften({ program, stateDir, url, happen, isTold }: Child): Promise<number> {
  let early = 0
  // Its first start is no news: what happens from then on must be told.
  const first = start(program, stateDir, url)
  await until(async () => (await readKept(stateDir, "oncall")) !== null)
  first.kill("SIGKILL")
  await once(first, "exit")
  for (const [n, lifetimeMs] of lifetimesMs.entries()) {
    if (n % 2 === 0) await happen(n)
    const child = start(program, stateDir, url)
    const exited = once(child, "exit")
    await once(child.stdout, "data")
    if (n % 2 === 1) await happen(n)
    await delay(lifetimeMs)
    child.kill("SIGKILL")
    expect((await exited)[1]).toBe("SIGKILL")
    if (!isTold()) early += 1
  }
  return early
}

function expectedIds(lastSeq: number): readonly string[] {
  return Array.from({ length: lastSeq }, (_, i) => {
    const seq = i - (i % 2) + 1
    return `evenkeel:home:rtr-a:link.down:isp1:ipv4:${seq}:${i % 2 === 0 ? "opened" : "resolved"}`
  })
}
