import { once } from "node:events"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execPath } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { Redis } from "ioredis"
import { expect, test } from "vitest"
import { recordOf } from "../share/support/router.ts"
import { blackhole } from "../../src/lab/faults.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { run } from "../../src/system/run.ts"
import { evenkeel, evenkeelJson } from "./support/command.ts"
import { journal, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
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

/** A good record of the longest kind. */
function large(i: number, round: number): string {
  const [link] = recordOf("x").links
  const reason = `${round}`.padEnd(400, "x")
  const links = Array.from({ length: 40 }, (_, each) => ({ ...link, name: `isp${each}`, line: `line-${each}`, reason }))
  return JSON.stringify(recordOf(`large-${i}`, { links } as never))
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
    await write(1_000, i => ["ZADD", `${TAG}:routers`, 4_000_000_000, `large-${i}`])
    for (let round = 0; round < 5; round++) {
      await write(1_000, i => ["SET", `${TAG}:router:large-${i}`, large(i, round)])
      await sleep(1_000)
    }
    await sleep(5_000)

    const grownMb = (await residentMb(agent.child.pid)) - beforeMb
    client.disconnect()
    expect(journal(agent).filter(event => event.type === "link.state" && event.to !== "up")).toEqual([])
    expect(journal(agent).length).toBeLessThan(300)
    expect(await evenkeelJson(lab, "status")).toMatchObject({ rulesInSync: true, pid: agent.child.pid })
    expect(grownMb).toBeLessThan(20)
  })
})

/** Answers everything with the same; what it says may come before anything was asked. */
async function startTalker(socket: string, answer: (connection: Socket) => void): Promise<Server> {
  const server = createServer(connection => {
    connection.on("error", () => undefined)
    answer(connection)
  })
  server.listen(socket)
  await once(server, "listening")
  return server
}

const talkers: readonly { readonly what: string; readonly answer: (connection: Socket) => void }[] = [
  { what: "null, again and again", answer: to => to.write("$-1\r\n".repeat(1_000)) },
  {
    what: "what was not asked for",
    answer: to => {
      to.on("data", () => to.write("+OK\r\n"))
      const late = setInterval(() => to.write("*-1\r\n"), 50)
      to.on("close", () => {
        clearInterval(late)
      })
    },
  },
  { what: "lists in lists without end", answer: to => to.write("*1\r\n".repeat(3_000_000)) },
  { what: "the beginning of an enormous list", answer: to => to.write("*30000000\r\n") },
  { what: "the beginning of an enormous text", answer: to => to.write(`$2000000000\r\n${"x".repeat(MEGABYTE)}`) },
  { what: "a text that never ends", answer: to => to.write(`$500000000\r\n${"x".repeat(60 * MEGABYTE)}`) },
]

test.each(talkers)("a server that answers with $what is one event, and no more", async ({ answer }) => {
  await withLab(twoLinks, async lab => {
    const socket = `${lab.dir}/talker.sock`
    const server = await startTalker(socket, answer)
    const { agent } = await startRouter(lab, "rtr-a", { url: `unix://${socket}` })
    await untilEvent(agent, ({ type }) => type === "share.disconnected")
    await sleep(5_000)
    const down = untilState(agent, "isp1", "down")
    const { doneMs } = await blackhole(lab, "isp1")
    await down
    expect((await until(async () => (await carriers(lab)).join() === "2", 2000, 10)) - doneMs).toBeLessThan(1700)
    expect(journal(agent).filter(({ type }) => type.startsWith("share.")).length).toBeLessThanOrEqual(2)
    expect(await evenkeelJson(lab, "status")).toMatchObject({ rulesInSync: true, pid: agent.child.pid })
    server.close()
  })
})

test("a user of Redis that lacks one right is one event", async () => {
  await withLab(twoLinks, async lab => {
    const redis = await startRedis(lab)
    await redis.cli("ACL", "SETUSER", "edge", "on", ">s3cret", "~*", "&*", "+@all", "-publish")
    const login = { username: "edge", password: "s3cret" }
    const { agent } = await startRouter(lab, "rtr-a", redis, { top: { share: login } })
    await sleep(8_000)
    expect(journal(agent).filter(({ type }) => type.startsWith("share."))).toMatchObject([
      { type: "share.disconnected", error: expect.stringContaining("NOPERM") as string },
    ])
    const { stdout } = await evenkeel(lab, "status")
    expect(stdout).toMatch(/share +not connected: NOPERM/)
  })
})

test.each([
  ["check", "--online"],
  ["events", "--peer", "rtr-b"],
])("an enormous list ends %s %s in words, and not in a stack trace", async (...command) => {
  const server = createServer(to => to.on("error", () => undefined).write("*30000000\r\n"))
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-hostile-"))
  const file = join(directory, "evenkeel.yaml")
  const links = [1, 2].map(n => `  - { name: isp${n}, interface: eth${n}, mark: ${n} }`).join("\n")
  const redis = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
  await writeFile(file, `lan: [eth0]\nlinks:\n${links}\nprobes: [icmp: 1.1.1.1]\nshare: { redis: "${redis}" }\n`)
  const ended = run(execPath, [agentProgram, ...command, "-c", file])
  await expect(ended).rejects.toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^Redis sends a list of 30000000 in 0 others\n$/) as string,
  })
  server.close()
  await rm(directory, { recursive: true })
})
