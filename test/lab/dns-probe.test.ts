import { createSocket } from "node:dgram"
import { once } from "node:events"
import type { Answer } from "dns-packet"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import type { DnsSpec } from "../../src/core/probe-spec.ts"
import {
  answerTo,
  appear,
  broken,
  descriptors,
  dnsSpec,
  lost,
  nameServer,
  outcomes,
  record,
  reply,
  type NameServerFake,
} from "./support/probing.ts"
import { run } from "./twin-isps.ts"

const SERVER = "203.0.113.211"
const STRANGER = "203.0.113.212"
const SERVER6 = "2001:db8:5103::211"
const brief = { timeoutMs: 150, lateMs: 150 }
let fake: NameServerFake
let respond: Parameters<typeof nameServer>[1]
let disappear: () => void

beforeAll(async () => {
  disappear = appear(SERVER, STRANGER, SERVER6)
  fake = await nameServer(SERVER, (query, say) => {
    respond(query, say)
  })
})

afterAll(() => {
  fake.socket.close()
  disappear()
})

const saying =
  (answers: Answer[], rcode = 0): typeof respond =>
  (query, say) => {
    say(answerTo(query, answers, rcode))
  }

const ask = (more: Partial<DnsSpec> = {}, limits?: typeof brief) => outcomes(dnsSpec(SERVER, fake.port, more), limits)

describe("what proves the path", () => {
  it.each([
    ["an address", [record("192.0.2.1")], 0],
    ["nothing", [], 0],
    ["that there is no such name", [], 3],
  ])("%s does", async (_what, answers, rcode) => {
    respond = saying(answers, rcode)
    expect(await ask()).toEqual(reply)
  })

  it.each([
    [2, "SERVFAIL"],
    [5, "REFUSED"],
  ])("an answer that a forwarder makes up by itself does not (%i, %s)", async (rcode, name) => {
    respond = saying([], rcode)
    expect(await ask()).toEqual(lost("answer", `the name server says ${name}`))
  })
})

describe("with an expected answer", () => {
  it("it must be among the addresses, behind whatever alias", async () => {
    const alias: Answer = { type: "CNAME", name: "example.com", data: "other.example" }
    respond = saying([alias, record("192.0.2.1"), record("192.0.2.2")])
    expect(await ask({ answer: "192.0.2.2" })).toEqual(reply)
  })

  it.each([
    ["another address", [record("10.0.0.1")], 0, "says 10.0.0.1, not 192.0.2.2"],
    ["no address", [], 0, "says nothing, not 192.0.2.2"],
    ["that there is no such name", [], 3, "says NXDOMAIN, not 192.0.2.2"],
  ])("%s is a wrong one, as captive portals give it", async (_what, answers, rcode, words) => {
    respond = saying(answers, rcode)
    expect(await ask({ answer: "192.0.2.2" })).toEqual(lost("answer", words))
  })

  it("an answer that was cut is wrong if what is there does not hold it", async () => {
    respond = (query, say) => {
      const cut = answerTo(query, [])
      cut.writeUInt16BE(cut.readUInt16BE(2) | 0x0200, 2)
      say(cut)
    }
    expect(await ask({ answer: "192.0.2.2" })).toEqual(lost("answer", "too much"))
    expect(await ask()).toEqual(reply)
  })

  it("an IPv6 address is the same in other words", async () => {
    respond = saying([record("2001:db8:0:0:0:0:0:9")])
    expect(await ask({ type: "AAAA", answer: "2001:db8::9" })).toEqual(reply)
  })
})

describe("what is no answer at all", () => {
  const other = { questions: [{ type: "A", name: "example.org" }] } as const
  const wrong: readonly (readonly [string, (query: Buffer) => Buffer])[] = [
    ["another identifier", query => answerTo(query, [], 0, { id: (query.readUInt16BE(0) + 1) % 0x1_0000 })],
    ["another question", query => answerTo(query, [], 0, { questions: [...other.questions] })],
    [
      "another type of question",
      query => answerTo(query, [], 0, { questions: [{ type: "AAAA", name: "example.com" }] }),
    ],
    ["no question", query => answerTo(query, [], 0, { questions: [] })],
    ["the question itself", query => query],
    ["garbage", () => Buffer.from("no DNS")],
    ["nothing", () => Buffer.alloc(0)],
    ["half of an answer", query => answerTo(query, [record("192.0.2.1")]).subarray(0, 40)],
  ]
  it.each(wrong)("%s is not heard, and the right one after it is", async (_what, make) => {
    respond = (query, say) => {
      say(make(query))
    }
    expect(await ask({}, brief)).toEqual(lost("timeout"))
    respond = (query, say) => {
      say(make(query))
      say(answerTo(query, []))
    }
    expect(await ask()).toEqual(reply)
  })

  it("the right words from another address, or another port, are not heard", async () => {
    for (const address of [STRANGER, SERVER]) {
      const stranger = createSocket("udp4").bind(0, address)
      await once(stranger, "listening")
      respond = query => {
        const { port, address: peer } = asker
        stranger.send(answerTo(query, []), port, peer)
      }
      let asker = { address: "", port: 0 }
      fake.socket.prependOnceListener("message", (_query, from) => (asker = from))
      expect(await ask({}, brief)).toEqual(lost("timeout"))
      expect(asker.port).not.toBe(0)
      stranger.close()
    }
  })
})

it("case does not matter: RFC 1034, 3.1", async () => {
  respond = (query, say) => {
    say(answerTo(query, [], 0, { questions: [{ type: "A", name: "EXAMPLE.com" }] }))
  }
  expect(await ask()).toEqual(reply)
})

it("asks over IPv6 just so", async () => {
  const fake6 = await nameServer(SERVER6, saying([record("192.0.2.1")]))
  expect(await outcomes(dnsSpec(SERVER6, fake6.port, { answer: "192.0.2.1" }))).toEqual(reply)
  fake6.socket.close()
})

describe("nobody listens there", () => {
  it.each([SERVER, SERVER6])("%s says so by ICMP, which is no answer", async address => {
    expect(await outcomes(dnsSpec(address, 1))).toEqual(lost("answer", "no name server there"))
  })
})

describe("a local firewall is not the link's fault", () => {
  const rule = ["OUTPUT", "-o", "lo", "-m", "mark", "--mark", "0x5103", "-p", "udp", "-j"].join(" ")
  const undo: string[] = []

  afterEach(() => {
    undo.splice(0).forEach(command => run(command))
  })

  it.each([
    ["iptables", SERVER],
    ["ip6tables", SERVER6],
  ])("%s, to %s: a DROP in OUTPUT", async (tool, address) => {
    run(`${tool} -w -I ${rule} DROP`)
    undo.push(`${tool} -w -D ${rule} DROP`)
    expect(await outcomes(dnsSpec(address, fake.port))).toEqual(broken(/EPERM.*local firewall/))
  })
})

it("nothing is left behind, answered or not", async () => {
  respond = saying([])
  await ask()
  const before = descriptors()
  for (let i = 0; i < 100; i++) expect(await ask()).toEqual(reply)
  expect(await outcomes({ ...dnsSpec(SERVER, fake.port) }, brief, { interface: "missing0", mark: 1 })).toEqual(
    lost("interface"),
  )
  expect(descriptors()).toBe(before)
})
