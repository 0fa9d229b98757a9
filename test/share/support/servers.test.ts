import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { expect, onTestFinished, test } from "vitest"
import { guarded } from "./daemon.ts"
import { freePort } from "./ports.ts"
import { startServer } from "./server.ts"
import { startCluster, startRedis, startSentinelSetup, type RedisServer, type Server } from "./servers.ts"
import { until } from "./until.ts"

/** What is answered first. @throws when the connection fails or ends before that */
async function ask(socket: Socket, command: string): Promise<string> {
  onTestFinished(() => void socket.destroy())
  socket.setEncoding("utf8").write(`${command}\r\n`)
  const ended = once(socket, "end").then(() => Promise.reject(new Error("the connection was closed")))
  const [answer] = (await Promise.race([once(socket, "data"), ended])) as [string]
  return answer
}

const ping = ({ port }: { readonly port: number }) => ask(connect(port, "127.0.0.1"), "PING")

function pingOverTls({ port, ca }: RedisServer, certificate: RedisServer["clientCertificate"]): Promise<string> {
  const own = certificate === null ? {} : { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) }
  const trusted = ca === null ? {} : { ca: readFileSync(ca) }
  return ask(connectTls({ port, host: "127.0.0.1", ...trusted, ...own }), "PING")
}

async function expectGone({ port, dir }: Server): Promise<void> {
  await expect(ping({ port })).rejects.toThrow("ECONNREFUSED")
  expect(existsSync(dir)).toBe(false)
}

test("a server answers on its port and on its socket", async () => {
  const redis = await startRedis()
  expect(redis).toMatchObject({ url: `redis://127.0.0.1:${redis.port}`, ca: null, clientCertificate: null })
  expect(await ping(redis)).toBe("+PONG\r\n")
  expect(await ask(connect(redis.socketPath), "PING")).toBe("+PONG\r\n")
  expect(await redis.cli("SET", "key", "a value")).toBe("OK")
  expect(await redis.cli("GET", "key")).toBe("a value")
  await expect(redis.cli("GIBBERISH")).rejects.toThrow("ERR unknown command")
})

const left: Server[] = []

test("whatever a test leaves running…", async () => {
  left.push(await startRedis(), await startRedis({ config: ["appendonly yes"] }))
  left[0]?.pause()
})

test("…is gone after it, and its directory too", async () => {
  expect(left).toHaveLength(2)
  for (const server of left) await expectGone(server)
})

test("with a password nobody gets in without it, but the test itself", async () => {
  const redis = await startRedis({ requirepass: "secret" })
  expect(await ping(redis)).toContain("NOAUTH")
  expect(await ask(connect(redis.port), "AUTH secret")).toBe("+OK\r\n")
  expect(await redis.cli("PING")).toBe("PONG")
})

test("users may do what their rules say", async () => {
  const redis = await startRedis({ users: ["default off", "reader on >secret ~evenkeel:* &* +@read"] })
  const asReader = (...args: readonly string[]) => redis.cli("--user", "reader", "--pass", "secret", ...args)
  expect(await ping(redis)).toContain("NOAUTH")
  expect(await asReader("GET", "evenkeel:key")).toBe("")
  await expect(asReader("SET", "evenkeel:key", "1")).rejects.toThrow("NOPERM")
  await expect(asReader("GET", "other")).rejects.toThrow("NOPERM")
})

test("over TLS a server shows a certificate of its own authority", async () => {
  const redis = await startRedis({ tls: "server" })
  expect(redis.url).toBe(`rediss://127.0.0.1:${redis.port}`)
  expect(await pingOverTls(redis, null)).toBe("+PONG\r\n")
  await expect(pingOverTls({ ...redis, ca: null }, null)).rejects.toThrow("self-signed certificate")
  await expect(ping(redis)).rejects.toThrow()
})

test("over mutual TLS it wants to see one as well", async () => {
  const redis = await startRedis({ tls: "mutual" })
  expect(await pingOverTls(redis, redis.clientCertificate)).toBe("+PONG\r\n")
  await expect(pingOverTls(redis, null)).rejects.toThrow()
})

test.each(["everysec", "always"] as const)("with appendfsync %s a killed server has its data again", async fsync => {
  const redis = await startRedis({ appendfsync: fsync })
  await redis.cli("SET", "key", "value")
  await redis.kill()
  expect(redis.isAwake).toBe(false)
  await expect(ping(redis)).rejects.toThrow("ECONNREFUSED")
  await redis.start()
  expect(await redis.cli("GET", "key")).toBe("value")
})

test("without persistence a killed server has forgotten it", async () => {
  const redis = await startRedis()
  await redis.cli("SET", "key", "value")
  await redis.kill()
  await redis.start()
  expect(await redis.cli("GET", "key")).toBe("")
})

test("a replica has what its master has", async () => {
  const master = await startRedis()
  const replica = await startRedis({ replicaOf: master })
  await master.cli("SET", "key", "value")
  await until("it is copied", async () => (await replica.cli("GET", "key")) === "value")
  await expect(replica.cli("SET", "key", "other")).rejects.toThrow("READONLY")
})

test("a paused server takes connections, and answers when it goes on", async () => {
  const redis = await startRedis()
  redis.pause()
  expect(redis.isAwake).toBe(false)
  const answer = ping(redis)
  expect(await Promise.race([answer, new Promise(resolve => setTimeout(resolve, 200, "silence"))])).toBe("silence")
  redis.resume()
  expect(await answer).toBe("+PONG\r\n")
})

test("a start that fails says what the server said", async () => {
  await expect(startRedis({ config: ["no-such-directive 1"] })).rejects.toThrow("no-such-directive")
})

test("a port that somebody took meanwhile is told, and a new server tries another", async () => {
  const redis = await startRedis()
  await redis.kill()
  const thief = createServer().listen(redis.port, "127.0.0.1")
  onTestFinished(() => void thief.close())
  await once(thief, "listening")
  await expect(redis.start()).rejects.toThrow("Address already in use")
  const ports = [redis.port]
  const other = await startServer(port => [`port ${ports.pop() ?? port}`])
  expect(await ping(other)).toBe("+PONG\r\n")
})

test("a server dies with the process that started it", async () => {
  const port = await freePort()
  const program = `require("child_process").spawn(...JSON.parse(process.argv[1])); setInterval(() => {}, 1000)`
  const [file, ...args] = guarded(["--port", String(port), "--bind", "127.0.0.1", "--save", ""])
  const parent = spawn(process.execPath, ["-e", program, JSON.stringify([file, args])], { stdio: "ignore" })
  await until("it answers", async () => (await ping({ port })) === "+PONG\r\n")
  parent.kill("SIGKILL")
  await until("it is gone", () => ping({ port }).then(() => false, isRefusal))
})

const isRefusal = (error: unknown) => String(error).includes("ECONNREFUSED")

test("sentinels promote a replica when the master is killed", async () => {
  const setup = await startSentinelSetup()
  const old = await setup.master()
  expect(old).toBe(setup.nodes[0])
  await old.cli("SET", "key", "value")
  await old.cli("WAIT", "2", "0")
  const promoted = await setup.killMaster()
  expect(promoted).not.toBe(old)
  expect(await setup.master()).toBe(promoted)
  expect(await promoted.cli("GET", "key")).toBe("value")
  expect(await promoted.cli("SET", "key", "other")).toBe("OK")
  await setup.dispose()
  for (const server of [...setup.nodes, ...setup.sentinels]) await expectGone(server)
})

test("a cluster's replica takes the place of a killed master, which comes back as a replica", async () => {
  const cluster = await startCluster()
  const old = await cluster.masterOf("key")
  const replica = await cluster.replicaOf("key")
  await old.cli("SET", "key", "value")
  await old.cli("WAIT", "1", "0")
  await cluster.kill(old)
  expect(await cluster.masterOf("key")).toBe(replica)
  expect(await replica.cli("GET", "key")).toBe("value")
  await expect(cluster.replicaOf("key")).rejects.toThrow("no replica")
  await old.start()
  await cluster.settled()
  expect(await cluster.replicaOf("key")).toBe(old)
  await cluster.dispose()
  for (const server of cluster.nodes) await expectGone(server)
})
