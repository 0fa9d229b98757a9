import { once } from "node:events"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { createServer as createHttp, type RequestListener, type Server } from "node:http"
import { createServer as createHttps } from "node:https"
import type { AddressInfo, Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest"
import { post } from "../../src/alerts/http.ts"
import { certificatesIn, makeCertificates } from "../share/support/certificates.ts"

let directory = ""
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenkeel-connection-"))
  await makeCertificates(directory)
})
afterAll(() => rm(directory, { recursive: true }))
afterEach(() => {
  vi.unstubAllEnvs()
})

/** Node takes an authority of one's own only when it starts; what is tried here is the connection. */
const trustAnybody = () => vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0")

async function serverOf(scheme: string, listener: RequestListener): Promise<Server> {
  if (scheme === "http") return createHttp(listener)
  const { cert, key } = certificatesIn(directory).server
  return createHttps({ cert: await readFile(cert), key: await readFile(key) }, listener)
}

/** What `act` gives for the address of a server, and how the server's connections ended. */
async function against<T>(scheme: string, listener: RequestListener, act: (url: string) => Promise<T>) {
  const server = await serverOf(scheme, listener)
  const ends: Promise<string>[] = []
  server.on(scheme === "https" ? "secureConnection" : "connection", (socket: Socket) => ends.push(endOf(socket)))
  await once(server.listen(0), "listening")
  try {
    const result = await act(`${scheme}://localhost:${(server.address() as AddressInfo).port}/`)
    return { result, ends: await Promise.all(ends) }
  } finally {
    server.close()
  }
}

async function endOf(socket: Socket): Promise<string> {
  let how = "closed"
  socket.on("error", error => (how = (error as NodeJS.ErrnoException).code ?? ""))
  await once(socket, "close").catch(() => undefined)
  return how
}

const send = (url: string, answerMs: number) => post({ url, body: "{}" }, answerMs, new AbortController().signal)

test.each(["http", "https"])("over %s a message is taken, and the connection ends with it", async scheme => {
  trustAnybody()
  const { result, ends } = await against(
    scheme,
    (_, response) => response.end("taken"),
    url => send(url, 5_000),
  )
  expect(result).toEqual({ ok: true, said: "HTTP 200: taken" })
  expect(ends).toEqual(["closed"])
})

test.each(["http", "https"])(
  "over %s an attempt that is given up is reset: nothing of it arrives later",
  async scheme => {
    trustAnybody()
    const { result, ends } = await against(
      scheme,
      () => undefined,
      url => send(url, 300),
    )
    expect(result).toMatchObject({ ok: false, error: "no answer within 0.3 s" })
    expect(ends).toEqual(["ECONNRESET"])
  },
)

test("a certificate of nobody that is known here is refused", async () => {
  const { result } = await against(
    "https",
    (_, response) => response.end("taken"),
    url => send(url, 5_000),
  )
  expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/certificate/) as unknown })
})

test("nobody there, and no such name, are told at once", async () => {
  expect(await send("http://127.0.0.1:1/", 5_000)).toMatchObject({
    ok: false,
    error: "connect ECONNREFUSED 127.0.0.1:1",
  })
  expect(await send("https://nobody.invalid/", 5_000)).toMatchObject({
    ok: false,
    error: expect.stringContaining("nobody.invalid") as unknown,
  })
})
