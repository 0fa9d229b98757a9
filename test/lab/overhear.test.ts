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
const ADDRESSES = [
  { family: 4, open: PUBLIC, closed: "10.99.0.1" },
  { family: 6, open: "2001:db8:200::1", closed: "fd00:99::1" },
] as const
const everyAddress = ADDRESSES.flatMap(({ open, closed }) => [open, closed])
const descriptors = () => readdirSync("/proc/self/fd").length
const sockets: Socket[] = []
let server: Server

beforeAll(async () => {
  for (const address of everyAddress) run(`ip addr add ${address} dev lo`)
  server = createServer(socket => socket.on("error", () => undefined).pipe(socket)).listen(0, "::")
  await once(server, "listening")
})

afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
  for (const address of everyAddress) run(`ip addr del ${address} dev lo`)
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

const heardWithin = (ms: number, family: 4 | 6 = 4, device = "lo") =>
  lastValueFrom(overhear({ interface: device }, family).pipe(takeUntil(timer(ms)), toArray()))

describe("listening to users", () => {
  it.each(ADDRESSES)("hears an IPv$family connection that gets on, and closes its socket", async ({ family, open }) => {
    const before = descriptors()
    const socket = await chat(open)
    expect(await heardWithin(200, family === 4 ? 6 : 4)).toEqual([])
    expect((await heardWithin(600, family)).length).toBeGreaterThan(5)
    socket.destroy()
    await sleep(50)
    expect(descriptors()).toBeLessThanOrEqual(before)
  })

  it.each(ADDRESSES)(
    "hears nothing where nobody speaks, and nothing in private addresses: they need not be beyond the modem (IPv$family)",
    async ({ family, closed }) => {
      await sleep(50)
      expect(await heardWithin(200, family)).toEqual([])
      const socket = await chat(closed)
      expect(await heardWithin(400, family)).toEqual([])
      socket.destroy()
    },
  )

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
      await expect(heardWithin(100, 4, "missing0")).rejects.toMatchObject({ code: "ENODEV", syscall: "if_nametoindex" })
    expect(descriptors()).toBe(before)
  })
})
