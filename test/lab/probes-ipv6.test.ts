import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { ProbeSpec } from "../../src/core/probe-spec.ts"
import { broken, descriptors, dnsSpec, httpSpec, lost, outcomes, reply } from "./support/probing.ts"
import * as lab from "./twin-isps.ts"
import { FILTERED6, inside, isps, NO_HOST6, run, TARGET, TARGET6, type Isp } from "./twin-isps.ts"

const [isp1, isp2] = isps
const brief = { timeoutMs: 300, lateMs: 300 }
const patient = { timeoutMs: 5_000, lateMs: 5_000 }
const ask = (isp: Isp, spec: ProbeSpec, limits = patient) => outcomes(spec, limits, isp)

const icmp = (address: string): ProbeSpec => ({ kind: "icmp", address })
const tcp = (address: string, port = 81): ProbeSpec => ({ kind: "tcp", address, port })
const http = (address: string) => httpSpec(`http://${address.includes(":") ? `[${address}]` : address}/`)
const bothTo = (address: string) => [icmp(address), tcp(address)]
const everyTo = (address: string) => [...bothTo(address), http(address), dnsSpec(address, 53)]

/** Each ISP's servers say which ISP it is. One socket an address: answers come from the address that was asked. */
const SERVERS = `
  const name = process.argv[1]
  const { decode, encode } = require("dns-packet")
  const { createSocket } = require("node:dgram")
  const serve = (family, own) => {
    const dns = createSocket(family)
    dns.on("message", (query, { address, port }) => {
      const { id, questions } = decode(query)
      const [{ type, name: asked }] = questions
      const data = type === "A" ? "${TARGET}" : "${TARGET6}"
      dns.send(encode({ type: "response", id, questions, answers: [{ type, name: asked, ttl: 60, data }] }), port, address)
    })
    return new Promise(resolve => dns.bind(53, own, resolve))
  }
  require("node:http").createServer((_, response) => response.end(name)).listen(80)
  Promise.all([serve("udp4", "${TARGET}"), serve("udp6", "${TARGET6}")]).then(() => console.log("ready"))`

let stops: readonly (() => Promise<void>)[]

beforeAll(async () => {
  isps.forEach(lab.build)
  stops = await Promise.all(isps.map(isp => lab.serve(isp, SERVERS, isp.namespace)))
})

afterAll(async () => {
  await Promise.all(stops.map(stop => stop()))
  isps.forEach(lab.remove)
})

describe("two links with the same subnet, address and gateway", () => {
  it.each([
    ["icmp", icmp(TARGET6), "Icmp6InEchos"],
    ["tcp", tcp(TARGET6), "Ip6InDelivers"],
  ] as const)("%s over IPv6 leaves by the link it is pinned to, and no other", async (_kind, spec, name) => {
    for (const [used, idle] of [[isp1, isp2] as const, [isp2, isp1] as const]) {
      const before = [lab.counter6(used, name), lab.counter6(idle, name)] as const
      for (let i = 0; i < 10; i++) expect(await ask(used, spec)).toEqual(reply)
      expect(lab.counter6(used, name)).toBeGreaterThanOrEqual(before[0] + 10)
      // Neighbour discovery comes now and then.
      expect(lab.counter6(idle, name)).toBeLessThan(before[1] + 5)
    }
  })

  it.each([
    ["IPv4", 4, TARGET],
    ["IPv6", 6, TARGET6],
  ] as const)("http over %s finds the name and the page over its own link", async (_name, family, address) => {
    for (const isp of isps) {
      const resolver = { address, port: 53 }
      const spec = httpSpec("http://which.example/", { body: isp.namespace, family, resolver })
      expect(await ask(isp, spec)).toEqual(reply)
    }
    const other = httpSpec("http://which.example/", { body: isp2.namespace, family, resolver: { address, port: 53 } })
    expect(await ask(isp1, other)).toEqual(lost("answer", "does not hold the text"))
  })

  it.each([TARGET, TARGET6])("dns asks %s over its own link", async address => {
    for (const [used, idle] of [[isp1, isp2] as const, [isp2, isp1] as const]) {
      const before = [lab.counter(used, "Udp", "InDatagrams"), lab.counter6(used, "Udp6InDatagrams")]
      const idleBefore = [lab.counter(idle, "Udp", "InDatagrams"), lab.counter6(idle, "Udp6InDatagrams")]
      expect(await ask(used, dnsSpec(address, 53, { type: "AAAA", answer: TARGET6 }))).toEqual(reply)
      const grown = [lab.counter(used, "Udp", "InDatagrams"), lab.counter6(used, "Udp6InDatagrams")]
      expect((grown[0] ?? 0) + (grown[1] ?? 0)).toBe((before[0] ?? 0) + (before[1] ?? 0) + 1)
      expect([lab.counter(idle, "Udp", "InDatagrams"), lab.counter6(idle, "Udp6InDatagrams")]).toEqual(idleBefore)
    }
  })

  it("keeps the probes of a dead link and those of a living one apart when all are sent at once", async () => {
    inside(isp2, `ip6tables -w -I INPUT -d ${TARGET6} -j DROP`)
    const specs = Array.from({ length: 5 }, () => everyTo(TARGET6)).flat()
    const [first, second] = await Promise.all(
      isps.map(isp => Promise.all(specs.map(spec => ask(isp, spec, { timeoutMs: 800, lateMs: 800 })))),
    )
    expect(first).toEqual(specs.map(() => reply))
    expect(second).toEqual(specs.map(() => lost("timeout")))
    inside(isp2, `ip6tables -w -D INPUT -d ${TARGET6} -j DROP`)
  })

  it.each(everyTo(TARGET6))("a probe by $kind finds an interface gone, then made again", async spec => {
    expect(await ask(isp1, spec)).toEqual(reply)
    lab.unplug(isp1)
    expect(await ask(isp1, spec)).toEqual(lost("interface"))
    lab.plug(isp1)
    expect(await ask(isp1, spec)).toEqual(reply)
  })
})

describe("who answered", () => {
  it.each(everyTo(NO_HOST6))("a router that knows no way is the end of a probe by $kind", async spec => {
    expect(await ask(isp1, spec)).toEqual(lost("unreachable"))
  })

  it.each(everyTo(FILTERED6))(
    "a router that forbids it is the end of a probe by $kind, and no fault here",
    async spec => {
      expect(await ask(isp1, spec)).toEqual(lost("unreachable"))
    },
  )

  it.each(bothTo(TARGET6))(
    "the target's own ICMP refusal of a probe by $kind is an answer: it got there",
    async spec => {
      inside(
        isp1,
        `ip6tables -w -I INPUT -d ${TARGET6} -p ${spec.kind === "icmp" ? "icmpv6 --icmpv6-type echo-request" : "tcp"} -j REJECT`,
      )
      expect(await ask(isp1, spec)).toEqual(reply)
      inside(isp1, `ip6tables -w -F INPUT`)
    },
  )

  it("silence is a loss", async () => {
    inside(isp1, `ip6tables -w -I INPUT -d ${TARGET6} -j DROP`)
    for (const spec of everyTo(TARGET6)) expect(await ask(isp1, spec, brief)).toEqual(lost("timeout"))
    inside(isp1, `ip6tables -w -F INPUT`)
  })
})

describe("a local firewall is not the link's fault", () => {
  const withRule = async (tool: string, verdict: string, test: () => Promise<void>) => {
    // The kernel hands an ICMP error of its own to the first interface that bears the address: there must be one only.
    lab.unplug(isp1)
    const rule = `OUTPUT -o ${isp2.interface} -m mark --mark ${isp2.mark} -j ${verdict}`
    run(`${tool} -w -I ${rule}`)
    try {
      await test()
    } finally {
      run(`${tool} -w -D ${rule}`)
      lab.plug(isp1)
    }
  }
  const packets = (address: string) => [icmp(address), dnsSpec(address, 53)]

  it.each([
    ["iptables", "DROP", packets(TARGET)],
    ["iptables", "REJECT", everyTo(TARGET)],
    ["ip6tables", "DROP", packets(TARGET6)],
    ["ip6tables", "REJECT", packets(TARGET6)],
  ] as const)("%s: a %s in OUTPUT", async (tool, verdict, specs) => {
    await withRule(tool, verdict, async () => {
      for (const spec of specs) expect(await ask(isp2, spec)).toEqual(broken(/EPERM.*local firewall/))
    })
  })

  /** It comes in over lo, where tcp_v6_err looks for no socket that is bound to another interface. */
  it("but the kernel keeps an ICMPv6 error of its own from TCP on a bound socket: that looks like silence", async () => {
    await withRule("ip6tables", "REJECT", async () => {
      expect(await ask(isp2, tcp(TARGET6), brief)).toEqual(lost("timeout"))
    })
  })
})

it("nothing is left behind, answered, refused or never sent", async () => {
  const before = descriptors()
  for (let i = 0; i < 25; i++) {
    for (const spec of everyTo(TARGET6)) expect(await ask(isp1, spec)).toEqual(reply)
    for (const spec of everyTo(NO_HOST6)) expect(await ask(isp1, spec)).toEqual(lost("unreachable"))
    for (const spec of everyTo(TARGET6))
      expect(await outcomes(spec, brief, { interface: "missing0", mark: 1 })).toEqual(lost("interface"))
  }
  expect(descriptors()).toBe(before)
})
