import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import type { RequestListener, Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { probe } from "../../probes/index.ts"
import type { HttpSpec } from "../../src/core/probe-spec.ts"
import { program } from "../../src/lab/paths.ts"
import { authorityIn, type Authority, type KeyPair } from "./support/authority.ts"
import {
  answerTo,
  appear,
  descriptors,
  httpSpec,
  loopback,
  lost,
  nameServer,
  outcomes,
  patient,
  record,
  reply,
  webServer,
  type NameServerFake,
} from "./support/probing.ts"

const HOST = "203.0.113.221"
const HOST6 = "2001:db8:5103::221"
const RESOLVER = "203.0.113.222"
const NAME = "portal-check.example"
let web: Server
let port: number
let listener: RequestListener
let disappear: () => void

beforeAll(async () => {
  disappear = appear(HOST, HOST6, RESOLVER)
  const started = await webServer(HOST, (request, response) => {
    listener(request, response)
  })
  ;[web, port] = [started.server, started.port]
})

afterAll(() => {
  web.closeAllConnections()
  web.close()
  disappear()
})

const later = (ms: number, action: () => unknown) => void setTimeout(ms).then(action)

const saying =
  (status: number, body = "", headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body)
  }

const ask = (more: Partial<HttpSpec> = {}, limits = patient) =>
  outcomes(httpSpec(`http://${HOST}:${port}/generate_204?x=1`, more), limits)

describe("the status", () => {
  it.each([200, 204, 299])("%i will do where none is named", async status => {
    listener = saying(status)
    expect(await ask()).toEqual(reply)
  })

  it("must be the one that is named", async () => {
    listener = saying(204)
    expect(await ask({ expect: 204 })).toEqual(reply)
    listener = saying(200, "Welcome to our hotel")
    expect(await ask({ expect: 204 })).toEqual(lost("answer", "^HTTP 200, not 204$"))
    listener = saying(404)
    expect(await ask()).toEqual(lost("answer", "^HTTP 404, not 2xx$"))
  })

  it("a redirect is a captive portal's, and not followed", async () => {
    let asked = 0
    listener = (_request, response) => {
      asked++
      response.writeHead(302, { location: `http://${HOST}:${port}/login?guest=4711` }).end()
    }
    const portal = `^HTTP 302 to http://${HOST}:${port}: a captive portal\\?$`
    expect(await ask({ expect: 204 })).toEqual(lost("answer", portal))
    expect(asked).toBe(1)
    listener = saying(302, "", { location: "/login" })
    expect(await ask()).toEqual(lost("answer", "^HTTP 302: a captive portal\\?$"))
    listener = saying(511)
    expect(await ask()).toEqual(lost("answer", "^HTTP 511: a captive portal"))
  })

  it("what a portal writes into its answer cannot steer a terminal", async () => {
    const server = createTcpServer(socket => {
      socket.on("error", () => undefined).end("HTTP/1.1 302 \r\nlocation: http://\u001b[31m.example/\r\n\r\n")
    }).listen(0, HOST)
    await once(server, "listening")
    const url = `http://${HOST}:${(server.address() as AddressInfo).port}/`
    expect(await outcomes(httpSpec(url))).toEqual(lost("answer", /^[ -~]+$/))
    server.close()
  })
})

describe("the request", () => {
  it("asks for the path by the name in the URL, and keeps nothing alive", async () => {
    const seen: unknown[] = []
    listener = ({ method, url, headers }, response) => {
      seen.push([method, url, headers.host, headers.connection])
      response.end()
    }
    expect(await ask()).toEqual(reply)
    expect(seen).toEqual([["GET", "/generate_204?x=1", `${HOST}:${port}`, "close"]])
  })

  it("goes over IPv6 just so", async () => {
    const six = await webServer(HOST6, saying(204))
    expect(await outcomes(httpSpec(`http://[${HOST6}]:${six.port}/`))).toEqual(reply)
    six.server.close()
  })
})

describe("the body", () => {
  it("must hold the text, wherever it is cut", async () => {
    listener = (_request, response) => {
      response.write("it wor")
      later(20, () => response.end("ks"))
    }
    expect(await ask({ body: "works" })).toEqual(reply)
    expect(await ask({ body: "Works" })).toEqual(lost("answer", "does not hold the text"))
  })

  it("is not read further than the text, nor beyond 64 KiB", async () => {
    let sent = 0
    listener = (request, response) => {
      const chunk = "x".repeat(16_384)
      const more = () => {
        while (!request.socket.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on("drain", more)
      response.write("begin")
      more()
    }
    expect(await ask({ body: "begin" })).toEqual(reply)
    expect(await ask({ body: "end" })).toEqual(lost("answer", "first 64 KiB do not hold"))
    expect(await ask()).toEqual(reply)
    expect(sent).toBeLessThan(50_000_000)
  })
})

describe("a server that is slow", () => {
  const quick = { timeoutMs: 100, lateMs: 3_000 }

  it("does not make the line look lossy or slow: its handshake was in time, and is what is measured", async () => {
    listener = (_request, response) => {
      later(600, () => response.end())
    }
    const [outcome, ...rest] = await ask({}, quick)
    expect(rest).toEqual([])
    expect(outcome).toEqual({ kind: "reply", rttMs: expect.toSatisfy((ms: number) => ms < 100) as number })
  })

  it("is a loss after two seconds, which its answer takes back", async () => {
    listener = (_request, response) => {
      later(2_300, () => response.end())
    }
    expect(await ask({}, quick)).toEqual([...lost("timeout"), ...reply])
  })
})

describe("a connection that goes wrong", () => {
  const misbehaving = async (behave: (socket: Socket) => void, more: Partial<HttpSpec> = {}, scheme = "http") => {
    const server = createTcpServer(socket => {
      socket.on("error", () => undefined)
      socket.once("data", () => {
        behave(socket)
      })
    }).listen(0, HOST)
    await once(server, "listening")
    const url = `${scheme}://${HOST}:${(server.address() as AddressInfo).port}/`
    const result = await outcomes(httpSpec(url, more))
    server.close()
    return result
  }

  it("refused: the host is there, and the web is not", async () => {
    expect(await outcomes(httpSpec(`http://${HOST}:1/`))).toEqual(lost("answer", "refuses connections"))
  })

  it("reset or ended before the answer", async () => {
    const words = "closed the connection before"
    expect(await misbehaving(socket => socket.resetAndDestroy())).toEqual(lost("answer", words))
    expect(await misbehaving(socket => socket.end())).toEqual(lost("answer", words))
  })

  it("reset in the middle of the body", async () => {
    const begin = (socket: Socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", () => {
        later(20, () => socket.resetAndDestroy())
      })
    }
    expect(await misbehaving(begin, { body: "whole" })).toEqual(lost("answer", "closed the connection before"))
  })

  it("that speaks something else", async () => {
    const greet = (socket: Socket) => socket.end("220 mail.example ESMTP\r\n")
    expect(await misbehaving(greet)).toEqual(lost("answer", "^no good HTTP: HPE_"))
    expect(await misbehaving(greet, {}, "https")).toEqual(lost("answer", "^no good TLS: "))
  })

  it("that never ends its headers", async () => {
    const flood = (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}`)
    expect(await misbehaving(flood)).toEqual(lost("answer", "^no good HTTP: HPE_HEADER_OVERFLOW"))
  })
})

describe("a certificate", () => {
  let dir: string
  let authority: Authority

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "evenkeel-http-"))
    authority = authorityIn(dir)
  })

  afterAll(() => {
    rmSync(dir, { recursive: true })
  })

  const withServer = async <T>(pair: KeyPair, act: (spec: HttpSpec) => Promise<T>): Promise<T> => {
    const names = await nameServer(RESOLVER, (query, say) => {
      say(answerTo(query, [{ ...record(HOST), name: NAME }]))
    })
    const server = createTlsServer(pair, saying(204)).listen(0, HOST)
    await once(server, "listening")
    const resolver = { address: RESOLVER, port: names.port }
    const url = `https://${NAME}:${(server.address() as AddressInfo).port}/`
    const result = await act(httpSpec(url, { expect: 204, resolver }))
    names.socket.close()
    server.close()
    return result
  }

  /** Node reads NODE_EXTRA_CA_CERTS when it starts. */
  const trusting = async (spec: HttpSpec): Promise<unknown> => {
    const words = [loopback, spec, patient].map(word => JSON.stringify(word))
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority.file }
    const { stdout } = await promisify(execFile)(process.execPath, [askProgram, ...words], { env })
    return JSON.parse(stdout)
  }
  const askProgram = program("enter").replace("src/lab/enter", "test/lab/support/ask")

  it("of the right name by a known authority is good", async () => {
    expect(await withServer(authority.sign(NAME), trusting)).toEqual(reply)
  })

  it("that has expired is told as that", async () => {
    expect(await withServer(authority.sign(NAME, -1), trusting)).toEqual(lost("certificate", "has expired"))
  })

  it("of another name is told as that", async () => {
    expect(await withServer(authority.sign("portal.example"), trusting)).toEqual(
      lost("certificate", "for another name"),
    )
  })

  it("by an unknown authority is told as that", async () => {
    const unknown = (spec: HttpSpec) => outcomes(spec)
    expect(await withServer(authority.sign(NAME), unknown)).toEqual(lost("certificate", "unknown authority"))
  })
})

describe("a name", () => {
  let names: NameServerFake
  let asked = 0
  let answers: Parameters<typeof answerTo>[1] = []
  let rcode = 0

  beforeAll(async () => {
    names = await nameServer(RESOLVER, (query, say) => {
      asked++
      say(answerTo(query, answers, rcode))
    })
  })

  afterAll(() => {
    names.socket.close()
  })

  const byName = (name: string, more: Partial<HttpSpec> = {}, limits = patient) => {
    const resolver = { address: RESOLVER, port: names.port }
    return outcomes(httpSpec(`http://${name}:${port}/`, { resolver, ...more }), limits)
  }

  it("is looked up once, and the address kept while it is fresh", async () => {
    ;[asked, answers, rcode, listener] = [0, [record(HOST, 60)], 0, saying(204)]
    for (let i = 0; i < 5; i++) expect(await byName("kept.example")).toEqual(reply)
    expect(asked).toBe(1)
  })

  it("is asked for once by all who wait for it", async () => {
    ;[asked, answers, rcode] = [0, [record(HOST, 60)], 0]
    const all = Array.from({ length: 5 }, () => byName("shared.example"))
    for (const each of await Promise.all(all)) expect(each).toEqual(reply)
    expect(asked).toBe(1)
  })

  it("is another over IPv6", async () => {
    const six = await webServer(HOST6, saying(204))
    ;[answers, rcode] = [[record(HOST6)], 0]
    const resolver = { address: RESOLVER, port: names.port }
    expect(await outcomes(httpSpec(`http://six.example:${six.port}/`, { family: 6, resolver }))).toEqual(reply)
    six.server.close()
  })

  it.each([
    ["does not exist", [], 3, "says NXDOMAIN for"],
    ["has no such address", [], 0, "says no A for"],
    ["is blocked", [record("0.0.0.0")], 0, "says 0.0.0.0 for"],
    ["is said to be here", [record("127.0.0.1")], 0, "says 127.0.0.1 for"],
  ] as const)("that %s is told as that", async (_what, said, code, words) => {
    ;[answers, rcode] = [[...said], code]
    expect(await byName("wrong.example")).toEqual(lost("name", words))
  })

  it("keeps its last address when the name server falls silent or says no", async () => {
    ;[asked, answers, rcode, listener] = [0, [record(HOST, 60)], 0, saying(500)]
    // A wrong answer has the name asked for anew.
    expect(await byName("stale.example")).toEqual(lost("answer", "HTTP 500"))
    ;[rcode, listener] = [2, saying(204)]
    answers = []
    expect(await byName("stale.example")).toEqual(reply)
    expect(asked).toBe(2)
  })

  it("that a portal has told wrongly is asked for again", async () => {
    ;[answers, rcode, listener] = [[record(RESOLVER, 3600)], 0, saying(204)]
    expect(await byName("poisoned.example")).toEqual(lost("answer", "refuses connections"))
    answers = [record(HOST, 60)]
    await vi.waitFor(async () => {
      expect(await byName("poisoned.example")).toEqual(reply)
    })
  })

  it("whose name server is silent is a loss", async () => {
    const resolver = { address: "203.0.113.223", port: 53 }
    const disappear = appear("203.0.113.223")
    const silent = await nameServer("203.0.113.223", () => undefined)
    const limits = { timeoutMs: 200, lateMs: 200 }
    expect(await byName("silent.example", { resolver: { ...resolver, port: silent.port } }, limits)).toEqual(
      lost("timeout"),
    )
    silent.socket.close()
    disappear()
  })
})

describe("nothing is left behind", () => {
  /** The server's ends close a moment later. */
  const settled = () => setTimeout(100)

  it.each([
    ["answered", 204],
    ["answered wrongly", 500],
  ])("after 100 probes that are %s", async (_what, status) => {
    listener = saying(status)
    await settled()
    const before = descriptors()
    for (let i = 0; i < 100; i++) await ask()
    await settled()
    expect(descriptors()).toBeLessThanOrEqual(before)
  })

  it("when nobody waits any longer, in the middle of an answer", async () => {
    listener = () => undefined
    await settled()
    const before = descriptors()
    const impatient = Array.from({ length: 20 }, () =>
      probe(loopback, httpSpec(`http://${HOST}:${port}/`), patient).subscribe(),
    )
    await settled()
    expect(descriptors()).toBeGreaterThanOrEqual(before + 20)
    for (const subscription of impatient) subscription.unsubscribe()
    await settled()
    expect(descriptors()).toBeLessThanOrEqual(before)
  })
})
