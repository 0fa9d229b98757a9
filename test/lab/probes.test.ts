import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { setTimeout, setImmediate as turn } from "node:timers/promises"
import { lastValueFrom, tap, toArray } from "rxjs"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Pin } from "../../probes/index.ts"
import { probe } from "../../probes/index.ts"
import type { ProbeSpec } from "../../src/core/probe-spec.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import * as lab from "./twin-isps.ts"
import { DETOUR, DNATED, FILTERED, HOME, inside, isps, NO_HOST, RESET, run, TARGET } from "./twin-isps.ts"

const [isp1, isp2] = isps
const loopback: Pin = { interface: "lo", mark: 0x5103 }
const patient = { timeoutMs: 5_000, lateMs: 5_000 }
const brief = { timeoutMs: 300, lateMs: 300 }

const icmp = (address: string): ProbeSpec => ({ kind: "icmp", address })
const tcp = (address: string, port = 81): ProbeSpec => ({ kind: "tcp", address, port })
const bothTo = (address: string) => [icmp(address), tcp(address)]

function outcomes(pin: Pin, spec: ProbeSpec, limits = patient): Promise<readonly Outcome[]> {
  return lastValueFrom(probe(pin, spec, limits).pipe(toArray()))
}

const reply = [{ kind: "reply", rttMs: expect.any(Number) as number }]
const lost = (reason: string) => [{ kind: "lost", reason }]
const broken = (words: RegExp) => [{ kind: "broken", error: expect.stringMatching(words) as string }]

async function withRule(where: (command: string) => string, rule: string, test: () => Promise<void>): Promise<void> {
  where(`iptables -w -I ${rule}`)
  try {
    await test()
  } finally {
    where(`iptables -w -D ${rule}`)
  }
}

beforeAll(() => {
  isps.forEach(lab.build)
})

afterAll(() => {
  isps.forEach(lab.remove)
})

describe("two links with the same subnet, address and gateway", () => {
  it.each([
    ["icmp", icmp(TARGET), "Icmp", "InEchos"],
    ["tcp", tcp(TARGET), "Tcp", "InSegs"],
  ] as const)("%s leaves by the link it is pinned to, and no other", async (_kind, spec, protocol, name) => {
    for (const [used, idle] of [[isp1, isp2] as const, [isp2, isp1] as const]) {
      const before = [lab.counter(used, protocol, name), lab.counter(idle, protocol, name)] as const
      for (let i = 0; i < 10; i++) expect(await outcomes(used, spec)).toEqual(reply)
      expect(lab.counter(used, protocol, name)).toBe(before[0] + 10)
      expect(lab.counter(idle, protocol, name)).toBe(before[1])
    }
  })

  it("keeps twenty probes on each link apart when all are sent at once", async () => {
    await withRule(
      command => inside(isp2, command),
      `INPUT -d ${TARGET} -j DROP`,
      async () => {
        const specs = Array.from({ length: 10 }, () => bothTo(TARGET)).flat()
        const sent = [isp1, isp2].map(pin =>
          Promise.all(specs.map(spec => outcomes(pin, spec, { timeoutMs: 2_000, lateMs: 2_000 }))),
        )
        const [first, second] = await Promise.all(sent)
        expect(first).toEqual(specs.map(() => reply))
        expect(second).toEqual(specs.map(() => lost("timeout")))
      },
    )
  })

  it.each(bothTo(TARGET))("a probe by $kind finds an interface gone, then made again", async spec => {
    expect(await outcomes(isp1, spec)).toEqual(reply)
    lab.unplug(isp1)
    expect(await outcomes(isp1, spec)).toEqual(lost("interface"))
    lab.plug(isp1)
    expect(await outcomes(isp1, spec)).toEqual(reply)
  })
})

describe("who answered", () => {
  it("an echo reply from another address than the one asked is no answer", async () => {
    const before = lab.counter(isp1, "Icmp", "OutEchoReps")
    expect(await outcomes(isp1, icmp(DNATED), brief)).toEqual(lost("timeout"))
    expect(lab.counter(isp1, "Icmp", "OutEchoReps")).toBe(before + 1)
  })

  it.each(bothTo(NO_HOST))("a router that knows no way is the end of a probe by $kind", async spec => {
    expect(await outcomes(isp1, spec)).toEqual(lost("unreachable"))
  })

  it.each(bothTo(FILTERED))("a router's REJECT is no answer to a probe by $kind", async spec => {
    expect(await outcomes(isp1, spec)).toEqual(lost("unreachable"))
  })

  it("a reset in the target's name is an answer", async () => {
    expect(await outcomes(isp1, tcp(RESET))).toEqual(reply)
  })

  it.each(bothTo(TARGET))(
    "the target's own ICMP refusal of a probe by $kind is an answer: it got there",
    async spec => {
      await withRule(
        command => inside(isp1, command),
        `INPUT -d ${TARGET} -j REJECT`,
        async () => {
          expect(await outcomes(isp1, spec)).toEqual(reply)
        },
      )
    },
  )

  it("a redirect is neither an answer nor a loss", async () => {
    // Soon after any ICMP message to the same host the kernel tells it of no other way (ip_rt_send_redirect in net/ipv4/route.c).
    await setTimeout(500)
    const before = lab.counter(isp1, "Icmp", "OutRedirects")
    expect(await outcomes(isp1, icmp(DETOUR), brief)).toEqual(lost("timeout"))
    expect(lab.counter(isp1, "Icmp", "OutRedirects")).toBeGreaterThan(before)
  })
})

describe("a local firewall is not the link's fault", () => {
  it("ICMP: a DROP in OUTPUT", async () => {
    await withRule(run, `OUTPUT -o ${isp1.interface} -p icmp -j DROP`, async () => {
      expect(await outcomes(isp1, icmp(TARGET))).toEqual(broken(/EPERM.*local firewall/))
    })
  })

  it("TCP: a REJECT in OUTPUT", async () => {
    // The kernel hands an ICMP error of its own to the first interface that bears the address: there must be one only.
    lab.unplug(isp1)
    await withRule(run, `OUTPUT -o ${isp2.interface} -p tcp -j REJECT`, async () => {
      expect(await outcomes(isp2, tcp(TARGET))).toEqual(broken(/EPERM.*local firewall/))
    })
    lab.plug(isp1)
  })
})

describe("late answers", () => {
  /** The kernel sends the dropped SYN again after 1 s (RFC 6298), so the answer is late by a known time. */
  const firstSynLost = `OUTPUT -o ${isp1.interface} -p tcp --syn -j DROP`
  const limits = { timeoutMs: 300, lateMs: 20_000 }

  it("an answer after the timeout comes as a second outcome", async () => {
    run(`iptables -w -I ${firstSynLost}`)
    const asked$ = probe(isp1, tcp(TARGET), limits).pipe(
      tap({ next: ({ kind }) => kind === "lost" && run(`iptables -w -D ${firstSynLost}`) }),
    )
    const [first, second] = await lastValueFrom(asked$.pipe(toArray()))
    expect([first]).toEqual(lost("timeout"))
    expect(second).toEqual({ kind: "reply", rttMs: null, resent: true })
  })

  it("a process that did not run blames itself, then reads the answer that waited", async () => {
    run(`iptables -w -I ${firstSynLost}`)
    const answer = outcomes(isp1, tcp(TARGET), limits)
    await turn() // connect(2) was called on the next tick
    run(`iptables -w -D ${firstSynLost}`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_800)
    const [first, second] = await answer
    expect([first]).toEqual(broken(/not running for \d{4,} ms/))
    // How long it waited to be read cannot be told.
    expect(second).toEqual({ kind: "reply", rttMs: null })
  })
})

describe("a SYN that the kernel had to send again", () => {
  const OPEN = 82
  const limits = { timeoutMs: 300, lateMs: 5_000 }
  /** Of a line of which nothing is known yet. */
  const unknown = { timeoutMs: 1_000, lateMs: 5_000 }
  const everyOther = "-m statistic --mode nth --every 2 --packet 0"
  const first = (chain: string, packets: string) => `${chain} -p tcp ${packets} ${everyOther} -j DROP`
  const synLost = first("INPUT", "--syn")
  const synAckLost = first("OUTPUT", "--tcp-flags SYN,ACK SYN,ACK")
  const resent = (rttMs: unknown) => [{ kind: "reply", rttMs, resent: true }]
  const quick = expect.toSatisfy((ms: number) => ms > 0 && ms < 500) as unknown
  const inIsp = (command: string) => inside(isp1, command)
  let stop: () => Promise<void>

  beforeAll(async () => {
    stop = await lab.accept(isp1, OPEN)
  })

  afterAll(() => stop())

  it("was lost, though the second one is answered, whose RTT is told", async () => {
    await withRule(inIsp, synLost, async () => {
      expect(await outcomes(isp1, tcp(TARGET, OPEN), limits)).toEqual([...lost("timeout"), ...resent(quick)])
    })
  })

  it("was lost also where the answer to the second one comes in time", async () => {
    await withRule(inIsp, synLost, async () => {
      expect(await outcomes(isp1, tcp(TARGET, OPEN), patient)).toEqual(resent(quick))
    })
  })

  it("was lost where it was its SYN-ACK, though that bears the timestamp of the first one", async () => {
    await withRule(inIsp, synAckLost, async () => {
      expect(await outcomes(isp1, tcp(TARGET, OPEN), limits)).toEqual([...lost("timeout"), ...resent(null)])
    })
  })

  it("was lost where no timestamp tells", async () => {
    inIsp("sysctl -qw net.ipv4.tcp_timestamps=0")
    await withRule(inIsp, synLost, async () => {
      expect(await outcomes(isp1, tcp(TARGET, OPEN), patient)).toEqual(resent(null))
    })
    inIsp("sysctl -qw net.ipv4.tcp_timestamps=1")
  })

  it.each([
    ["a reset", tcp(TARGET), synLost],
    ["a reset that was lost at first", tcp(TARGET), first("OUTPUT", "--tcp-flags RST RST")],
    ["a reset in the target's name", tcp(RESET), first("FORWARD", "--syn")],
  ])("was lost where the second one meets %s", async (_what, spec, rule) => {
    await withRule(inIsp, rule, async () => {
      expect(await outcomes(isp1, spec, patient)).toEqual(resent(null))
    })
  })

  it("was lost where the second one meets the target's own ICMP refusal", async () => {
    await withRule(inIsp, `INPUT -d ${TARGET} -j REJECT`, () =>
      withRule(inIsp, synLost, async () => {
        expect(await outcomes(isp1, tcp(TARGET), patient)).toEqual(resent(null))
      }),
    )
  })

  it("was not lost on a line that takes more than a second, and its RTT is told", async () => {
    // Three packets of 1,400 bytes need 1.8 s there, less the bucket, and what comes after them waits as long.
    inIsp("tc qdisc add dev cpe root tbf rate 12kbit burst 1600 limit 100000")
    const queued = once(lab.start(isp1, `ping -q -l 3 -c 3 -w 2 -s 1372 ${HOME}`), "close")
    await setTimeout(100)
    const slow = expect.toSatisfy((ms: number) => ms > 1_000 && ms < 2_000) as unknown
    const late = { kind: "reply", rttMs: slow }
    expect(await outcomes(isp1, tcp(TARGET, OPEN), unknown)).toEqual([...lost("timeout"), late])
    await queued
    inIsp("tc qdisc del dev cpe root")
  })
})

describe("nothing is left behind", () => {
  const descriptors = () => readdirSync("/proc/self/fd").length
  const timers = () => process.getActiveResourcesInfo().filter(name => name === "Timeout").length

  /** The test runner keeps a few timers of its own; hundreds of probes that leak would stand out. */
  function expectNothingMoreThan(before: { readonly descriptors: number; readonly timers: number }): void {
    expect(descriptors()).toBe(before.descriptors)
    expect(timers()).toBeLessThan(before.timers + 10)
  }

  it.each([
    ["answered", isp1, TARGET, reply],
    ["refused by a router", isp1, FILTERED, lost("unreachable")],
    ["sent to a missing interface", { interface: "probe-no", mark: 1 }, TARGET, lost("interface")],
  ])("after 500 probes that are %s", async (_what, pin, address, expected) => {
    const before = { descriptors: descriptors(), timers: timers() }
    for (let i = 0; i < 250; i++)
      for (const spec of bothTo(address)) expect(await outcomes(pin, spec)).toEqual(expected)
    expectNothingMoreThan(before)
  })

  it.each(bothTo(DETOUR))("when nobody waits any longer for a probe by $kind, at once", async spec => {
    const before = { descriptors: descriptors(), timers: timers() }
    const impatient = Array.from({ length: 50 }, () => probe(isp1, spec, patient).subscribe())
    expect(descriptors()).toBeGreaterThanOrEqual(before.descriptors + 50)
    await turn()
    for (const subscription of impatient) subscription.unsubscribe()
    expectNothingMoreThan(before)
  })

  it("not even a connection in TIME_WAIT", async () => {
    const TIME_WAIT = "06"
    const server = createServer(socket => socket.on("error", () => socket.destroy()))
    await new Promise<void>(resolve => server.listen(0, "127.0.0.5", resolve))
    const { port } = server.address() as AddressInfo
    for (let i = 0; i < 50; i++) expect(await outcomes(loopback, tcp("127.0.0.5", port))).toEqual(reply)
    const peer = `0500007F:${port.toString(16).toUpperCase().padStart(4, "0")}`
    const rows = readFileSync("/proc/net/tcp", "utf8")
      .split("\n")
      .map(line => line.trim().split(/\s+/))
    expect(rows.filter(row => row[2] === peer && row[3] === TIME_WAIT)).toEqual([])
    await new Promise(resolve => server.close(resolve))
  })
})

it("a TCP handshake that nobody answers is a loss", async () => {
  await withRule(
    command => inside(isp1, command),
    "INPUT -p tcp --dport 81 -j DROP",
    async () => {
      expect(await outcomes(isp1, tcp(TARGET), brief)).toEqual(lost("timeout"))
    },
  )
})
