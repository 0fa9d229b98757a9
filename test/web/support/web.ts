import { afterEach } from "vitest"
import type { Assets } from "../../../src/web/assets.ts"
import { createLive } from "../../../src/web/live.ts"
import { serveWeb, type Settings } from "../../../src/web/server.ts"
import { playAgent, type PlayedAgent } from "./agent.ts"
import { ask, listen, type Answer, type Asked, type Stream } from "./client.ts"

export const TOKEN = "correct horse battery staple"
export const STEERING = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" }

const assets: Assets = new Map([
  ["index.html", { type: "text/html; charset=utf-8", bytes: Buffer.from("<!doctype html><title>evenkeel</title>") }],
  ["page.js", { type: "text/javascript; charset=utf-8", bytes: Buffer.from("export {}") }],
])

export interface Web {
  readonly port: number
  readonly agent: PlayedAgent
  readonly ask: (asked: Asked) => Promise<Answer>
  readonly get: (path: string) => Promise<Answer>
  readonly listen: (headers?: Readonly<Record<string, string>>) => Promise<Stream>
}

const ending: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

/** A server on a port of the kernel's choice, with a played agent behind it. It ends with the test. */
export async function startWeb(changes: Partial<Settings> = {}): Promise<Web> {
  const { end, ...web } = await openWeb(changes)
  ending.push(end)
  return web
}

/** One that several tests share, and end. */
export async function openWeb(changes: Partial<Settings> = {}): Promise<Web & { readonly end: () => Promise<void> }> {
  const agent = playAgent()
  const live = createLive(agent.source, "1.2.3")
  const settings = {
    listen: { host: "127.0.0.1", port: 0 },
    token: TOKEN,
    hosts: ["router.lan"],
    assets,
    version: "1.2.3",
  }
  const server = await serveWeb({ ...settings, ...changes }, agent.source, live)
  const end = () => {
    live.close()
    return server.close()
  }
  const asking = (asked: Asked) => ask(server.port, asked)
  const listening = async (headers?: Readonly<Record<string, string>>) => {
    const stream = await listen(server.port, headers)
    ending.push(() => {
      stream.close()
      return undefined
    })
    return stream
  }
  return { port: server.port, agent, ask: asking, get: path => asking({ path }), listen: listening, end }
}
