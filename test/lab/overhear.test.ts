import { createSocket } from "node:dgram"
import { readdirSync } from "node:fs"
import { createConnection, createServer, type Server, type Socket } from "node:net"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { lastValueFrom, takeUntil, timer, toArray } from "rxjs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { overhear } from "../../probes/index.ts"
import { run } from "./twin-isps.ts"

/** Both ends in one namespace: what one sends over `lo` comes in there. */
const PUBLIC = "203.0.113.200"
const PRIVATE = "10.99.0.1"
const descriptors = () => readdirSync("/proc/self/fd").length
const sockets: Socket[] = []
let server: Server

beforeAll(async () => {
  for (const address of [PUBLIC, PRIVATE]) run(`ip addr add ${address}/32 dev lo`)
  server = createServer(socket => socket.on("error", () => undefined).pipe(socket)).listen(0, "0.0.0.0")
  await once(server, "listening")
})

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
  for (const address of [PUBLIC, PRIVATE]) run(`ip addr del ${address}/32 dev lo`)
})

/** Says something every 20 ms, and is answered. */
async function chat(address: string): Promise<Socket> {
  const { port } = server.address() as { port: number }
  const socket = createConnection({ host: address, port, localAddress: address })
  sockets.push(socket.on("error", () => undefined))
  await once(socket, "connect")
  const talk = setInterval(() => socket.write("."), 20)
  return socket.resume().on("close", () => {
    clearInterval(talk)
  })
}

const heardWithin = (ms: number, device = "lo") =>
  lastValueFrom(overhear({ interface: device }).pipe(takeUntil(timer(ms)), toArray()))

describe("listening to users", () => {
  it("hears a connection that gets on, again and again, and closes its socket", async () => {
    const before = descriptors()
    const socket = await chat(PUBLIC)
    expect((await heardWithin(600)).length).toBeGreaterThan(5)
    socket.destroy()
    await sleep(50)
    expect(descriptors()).toBeLessThanOrEqual(before)
  })

  it("hears nothing where nobody speaks, and nothing in private addresses: they need not be beyond the modem", async () => {
    await sleep(50)
    expect(await heardWithin(200)).toEqual([])
    const socket = await chat(PRIVATE)
    expect(await heardWithin(400)).toEqual([])
    socket.destroy()
  })

  it("hears nothing of UDP, however much of it goes both ways", async () => {
    const [one, other] = [createSocket("udp4"), createSocket("udp4")]
    for (const socket of [one, other]) await once(socket.bind(0, PUBLIC), "listening")
    const talk = setInterval(() => {
      one.send(".", other.address().port, PUBLIC)
      other.send(".", one.address().port, PUBLIC)
    }, 5)
    expect(await heardWithin(400)).toEqual([])
    clearInterval(talk)
    for (const socket of [one, other]) socket.close()
  })

  it("says what is wrong with an interface that is not there, and leaves nothing open", async () => {
    const before = descriptors()
    for (let i = 0; i < 100; i++)
      await expect(heardWithin(100, "missing0")).rejects.toMatchObject({ code: "ENODEV", syscall: "if_nametoindex" })
    expect(descriptors()).toBe(before)
  })
})
