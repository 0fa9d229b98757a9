import { readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { Redis } from "ioredis"
import { expect, test } from "vitest"
import { recordOf } from "../share/support/router.ts"
import { evenkeelJson } from "./support/command.ts"
import { journal, untilEvent } from "./support/journal.ts"
import { startRedis, startRouter } from "./support/site.ts"
import { twoLinks, withLab } from "./support/scene.ts"

const TAG = "{evenkeel:home}"
const MEGABYTE = 1024 * 1024

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8")
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024
}

/** Says of the line that this router uses, again and again, that it has failed, and that it works. */
function lie(seq: number): string {
  const to = seq % 2 === 0 ? "down" : "up"
  const frame = { v: 1, seq, time: new Date().toISOString(), router: "liar", site: "home" }
  return JSON.stringify({ ...frame, type: "link.state", link: "isp1", from: "up", to, reason: "a lie", evidence: {} })
}

const malformed: readonly ((i: number) => string)[] = [
  i => `nonsense ${i}`,
  i => `{"v":1,"seq":${i}`,
  i => JSON.stringify({ v: 1, seq: `${i}`, router: {}, site: [], type: null }),
  () => "[".repeat(5_000),
  i => JSON.stringify({ v: 1, seq: i, router: "x".repeat(10_000), site: "home", type: "link.state" }),
  i => JSON.stringify({ v: 1, seq: i, router: "\u001b[2J\n", site: "home", type: "link.state" }),
  () => "\u0000\uFFFF",
]

/** Sends a command for each number below `count`, many at a time. */
type Write = (count: number, command: (i: number) => readonly [string, ...(string | number)[]]) => Promise<void>

const BATCH = 200

function writerTo(client: Redis): Write {
  return async (count, command) => {
    for (let sent = 0; sent < count; sent += BATCH) {
      const batch = client.pipeline()
      for (let i = sent; i < Math.min(count, sent + BATCH); i++) batch.call(...command(i))
      await batch.exec()
    }
  }
}

test("whoever can write to Redis crashes nothing, takes no link down and costs no memory", async () => {
  await withLab(twoLinks, async lab => {
    const redis = await startRedis(lab)
    const client = new Redis({ path: redis.url.slice("unix://".length), retryStrategy: () => null })
    const write = writerTo(client)
    const { agent } = await startRouter(lab, "rtr-a", redis)
    await untilEvent(agent, ({ type }) => type === "share.connected")
    await write(1, () => ["SET", `${TAG}:router:liar`, JSON.stringify(recordOf("liar"))])
    await write(1, () => ["ZADD", `${TAG}:routers`, "inf", "liar"])
    await sleep(12_000) // its memory settles, and the liar becomes known
    const beforeMb = await residentMb(agent.child.pid)

    await write(60_000, i => ["PUBLISH", `${TAG}:changes`, malformed[i % malformed.length]?.(i) ?? ""])
    await write(20_000, i => ["PUBLISH", `${TAG}:changes`, lie(i + 1)])
    await write(10_000, i => ["SET", `${TAG}:router:fake-${i}`, malformed[i % malformed.length]?.(i) ?? ""])
    await write(9_000, i => ["ZADD", `${TAG}:routers`, i, `fake-${i}`])
    await write(900, i => ["PUBLISH", `${TAG}:changes`, "x".repeat(100_000 + i)])
    for (let i = 0; i < 50; i++) {
      await write(1, () => ["PUBLISH", `${TAG}:changes`, "x".repeat(8 * MEGABYTE)])
      await write(1, () => ["SET", `${TAG}:router:fake-${i}`, "x".repeat(8 * MEGABYTE)])
    }
    await sleep(8_000)

    const grownMb = (await residentMb(agent.child.pid)) - beforeMb
    client.disconnect()
    expect(journal(agent).filter(event => event.type === "link.state" && event.to !== "up")).toEqual([])
    expect(journal(agent).length).toBeLessThan(300)
    expect(await evenkeelJson(lab, "status")).toMatchObject({ rulesInSync: true, pid: agent.child.pid })
    expect(grownMb).toBeLessThan(20)
  })
})
