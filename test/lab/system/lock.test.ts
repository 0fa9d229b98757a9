import { connect } from "node:net"
import { createInterface } from "node:readline"
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { lockAddress } from "../../../src/system/lock-address.ts"
import { takeLock, type Lock } from "../../../src/system/lock.ts"
import { enterPrivateNetwork } from "./private-network.ts"

const info = { pid: process.pid, since: "2026-01-02T03:04:05Z", config: "/etc/evenkeel/evenkeel.yaml" }
const children: ChildProcess[] = []

beforeAll(enterPrivateNetwork)
afterEach(() => Promise.all(children.splice(0).map(end)))

/** Another process that listens there and does what `answer` says with each connection `c`. */
async function holder(answer: string): Promise<ChildProcess> {
  const script = `require("net").createServer(c => { ${answer} }).listen(${JSON.stringify(lockAddress)}, () => console.log("up"))`
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] })
  children.push(child)
  await once(createInterface({ input: child.stdout }), "line")
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, "exit")
  child.kill("SIGKILL")
  await exit
}

async function release(lock: Lock): Promise<void> {
  if (!("release" in lock)) throw new Error(`held by ${JSON.stringify(lock.heldBy)}`)
  await lock.release()
}

describe("takeLock", () => {
  it("is taken by one, who tells the other who it is, and is free again once released", async () => {
    const first = await takeLock(info)
    expect(await takeLock({ ...info, pid: 1 })).toEqual({ heldBy: info })
    await release(first)
    await release(await takeLock(info))
  })

  it("is won by exactly one of many that try at once", async () => {
    const locks = await Promise.all(Array.from({ length: 20 }, () => takeLock(info)))
    const won = locks.filter(lock => "release" in lock)
    expect(won).toHaveLength(1)
    expect(locks.filter(lock => "heldBy" in lock && lock.heldBy?.pid === info.pid).length).toBeGreaterThan(0)
    await Promise.all(won.map(release))
  })

  it("knows a holder in another process, and is free as soon as that one is killed", async () => {
    const child = await holder(`c.end(${JSON.stringify(JSON.stringify({ ...info, pid: 4242 }))} + "\\n")`)
    expect(await takeLock(info)).toEqual({ heldBy: { ...info, pid: 4242 } })
    await end(child)
    await release(await takeLock(info))
  })

  it.each([
    ["says nothing", ""],
    ["is not evenkeel", 'c.end("220 mail.example ESMTP\\n")'],
    ["answers in another shape", 'c.end(\'{"pid":"x"}\\n\')'],
    ["hangs up", "c.destroy()"],
    ["never stops talking", 'c.on("error", () => {}); setInterval(() => c.write("x".repeat(65536)), 1)'],
  ])("does not know who holds it when the holder %s", async (_what, answer) => {
    await holder(answer)
    expect(await takeLock(info)).toEqual({ heldBy: null })
  })

  it("outlives whatever another process sends, and any number of idle connections", async () => {
    const lock = await takeLock(info)
    const talkers = Array.from({ length: 30 }, () => connect(lockAddress).on("error", () => undefined))
    talkers.forEach(socket => socket.write("x".repeat(1_000_000)))
    await expect.poll(() => takeLock(info), { timeout: 20_000 }).toEqual({ heldBy: info })
    talkers.forEach(socket => socket.destroy())
    await release(lock)
  })
})
