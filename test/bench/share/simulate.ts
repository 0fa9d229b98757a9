/**
 * Plays routers of a site against one Redis, as a process of its own: each has four links, and one or all of them change
 * state once a second. Arguments: path of Redis' socket, routers, changes a second of each router.
 */
import { argv } from "node:process"
import { Redis } from "ioredis"
import { keysOf } from "../../../src/share/keys.ts"
import { scripts } from "../../../src/share/scripts.ts"

const [path = "", routers, changes] = [argv[2], Number(argv[3]), Number(argv[4])]
const LINKS = [1, 2, 3, 4]
/** Their changes are spread over the second, as those of real routers are. */
const SLICES = 50
const TTL_MS = 15_000

const client = new Redis({ path, scripts })
const keys = keysOf("evenkeel", "home")
const since = new Date().toISOString()
const seqs = new Map<number, number>()

const nameOf = (router: number) => `sim-${router}`
const stateAt = (second: number, link: number) => ((second + link) % 2 === 0 ? "up" : "down")

function record(router: number, second: number): string {
  const seq = seqs.get(router) ?? 0
  const time = new Date().toISOString()
  const links = LINKS.map(link => ({
    name: `isp${link}`,
    line: `line-${router}-${link}`,
    state: stateAt(second, link),
    since: time,
    reason: "no target answered for 1.0 s",
    weight: 50,
    share: 0.25,
    loss: 0,
    rttMs: 12.3,
    drained: false,
    damped: false,
    probed: true,
  }))
  const frame = { v: 1, router: nameOf(router), site: "home", time, pid: 1, since, seq, rulesInSync: true }
  return JSON.stringify({ ...frame, links, lastEvent: { seq, time, type: "link.state" } })
}

function event(router: number, link: number, second: number): string {
  const seq = (seqs.get(router) ?? 0) + 1
  seqs.set(router, seq)
  const frame = { v: 1, seq, time: new Date().toISOString(), router: nameOf(router), site: "home", type: "link.state" }
  const to = stateAt(second, link)
  const evidence = { probesSent: 30, probesLost: 30, silenceMs: 1000.1, lossRatio: 0.5, rttMs: 12.3, answering: 0 }
  const change = { link: `isp${link}`, from: to === "up" ? "down" : "up", to, reason: "no target answered for 1.0 s" }
  return JSON.stringify({ ...frame, ...change, evidence })
}

function changeOf(router: number, second: number): void {
  for (const link of LINKS.slice(0, changes)) void client.publish(keys.changes, event(router, link, second))
  const name = nameOf(router)
  // ioredis adds the command at run time.
  const { evenkeelRenew } = client as unknown as { evenkeelRenew: (...words: unknown[]) => Promise<unknown> }
  void evenkeelRenew.call(client, keys.record(name), keys.routers, name, record(router, second), TTL_MS)
}

let slice = 0
setInterval(() => {
  for (let router = slice % SLICES; router < routers; router += SLICES) changeOf(router, Math.floor(slice / SLICES))
  slice += 1
}, 1000 / SLICES)
