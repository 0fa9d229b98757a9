import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pino } from "pino"
import { BehaviorSubject, Subject } from "rxjs"
import { afterEach, expect, test } from "vitest"
import { createTallies } from "../../src/agent/tallies.ts"
import { web } from "../../src/agent/web.ts"
import type { Agent } from "../../src/control/server.ts"
import type { Config } from "../../src/core/config.ts"
import type { JournalEvent } from "../../src/core/events.ts"
import { openJournal } from "../../src/journal/journal.ts"
import { STATUS } from "../cli/stories.ts"
import { config } from "../core/fixtures.ts"
import { ask, type Answer } from "../web/support/client.ts"

const ending: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** The thread of one agent, by configurations that may change, with a journal on disk. */
async function serve(first: Config["web"]) {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-web-"))
  const journal = await openJournal({ directory, router: "rtr-a", site: "home" })
  const lines: string[] = []
  const log = pino({ base: null }, { write: line => void lines.push((JSON.parse(line) as { msg: string }).msg) })
  const orders: unknown[] = []
  const agent: Agent = {
    answer: ([what]) => Promise.resolve(what === "status" ? STATUS : what === "policies" ? [] : undefined),
    obey: order => Promise.resolve({ ok: true, said: `${orders.push(order)}` }),
  }
  const told$ = new Subject<JournalEvent>()
  const config$ = new BehaviorSubject<Config>({ ...config(), stateDir: directory, web: first })
  const running = web({ told$, journal, tallies: createTallies(), log }, config$, agent).subscribe()
  ending.push(async () => {
    running.unsubscribe()
    await journal.close()
    await rm(directory, { recursive: true })
  })
  const change = (next: Config["web"]) => {
    config$.next({ ...config$.value, web: next })
  }
  return { change, told$, journal, lines, orders }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

const at = (port: number, token: string | null = null): NonNullable<Config["web"]> => ({
  listen: { host: "127.0.0.1", port },
  token: token === null ? null : () => token,
  hosts: [],
})

/** The first answer from that port. */
async function answer(
  port: number,
  path = "/healthz",
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const isThere = () => ask(port, { path, headers }).catch(() => null)
  await expect.poll(isThere, { timeout: 10_000, interval: 50 }).not.toBeNull()
  return ask(port, { path, headers })
}

test("the agent is seen and steered through its thread", async () => {
  const port = await freePort()
  const { journal, orders, told$ } = await serve(at(port, "hush"))
  expect((await answer(port, "/api/v1/status")).json).toEqual({ ...STATUS, policies: [] })
  expect(await ask(port, { path: "/" })).toMatchObject({
    status: 200,
    text: expect.stringContaining("<title>evenkeel</title>") as string,
  })
  const event = journal.append({ type: "agent.stopped", reason: "SIGTERM" })
  if (event === null) throw new Error("no event")
  told$.next(event)
  await expect
    .poll(async () => (await ask(port, { path: "/api/v1/events" })).json)
    .toEqual({ events: [event], truncated: false })
  const headers = { authorization: "Bearer hush", "content-type": "application/json" }
  expect(await ask(port, { method: "POST", path: "/api/v1/links/isp1/drain", headers })).toMatchObject({ status: 200 })
  expect(orders).toMatchObject([{ do: "set", override: { kind: "drain", link: "isp1" } }])
})

test("a reload may move it, change its token, and end it", async () => {
  const [first, second] = [await freePort(), await freePort()]
  const { change } = await serve(at(first))
  await answer(first)
  change(at(second, "new"))
  const session = await answer(second, "/api/v1/session", { authorization: "Bearer new" })
  expect(session.json).toEqual({ canSteer: true })
  await expect(ask(first, { path: "/healthz" })).rejects.toThrow("ECONNREFUSED")
  change(null)
  await expect.poll(() => ask(second, { path: "/healthz" }).then(String, String)).toContain("ECONNREFUSED")
})

test("a port that is taken is told once, and used as soon as it is free", async () => {
  const holder = createServer().listen(0, "127.0.0.1")
  await once(holder, "listening")
  const { port } = holder.address() as AddressInfo
  const { lines } = await serve(at(port))
  await expect.poll(() => lines, { timeout: 10_000 }).toEqual([expect.stringContaining(`127.0.0.1:${port} is taken`)])
  await new Promise(resolve => holder.close(resolve))
  await expect.poll(() => lines.slice(1), { timeout: 10_000 }).toEqual([`the page is at http://127.0.0.1:${port}/`])
}, 30_000)

test("a thread that dies is started again", async () => {
  const port = await freePort()
  const { told$, lines } = await serve(at(port))
  const there = `the page is at http://127.0.0.1:${port}/`
  await expect.poll(() => lines, { timeout: 10_000 }).toEqual([there])
  told$.next(null as never)
  await expect
    .poll(() => lines, { timeout: 10_000 })
    .toEqual([there, expect.stringMatching(/^the page and the API do not work for a moment: its thread ended/), there])
  expect(await answer(port)).toMatchObject({ status: 200 })
})
