import { execPath } from "node:process"
import { filter, firstValueFrom, lastValueFrom, take, toArray } from "rxjs"
import { afterEach, describe, expect, test } from "vitest"
import { monotonicMs } from "../../src/lab/clock.ts"
import {
  blackhole,
  carrierBack,
  carrierLoss,
  heal,
  randomLoss,
  targetDeath,
  targetsBack,
} from "../../src/lab/faults.ts"
import { addressChange, deleteInterface, remakeInterface } from "../../src/lab/leases.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import type { LabSpec } from "../../src/lab/topology.ts"
import { runClient, startClient, startServer } from "../../src/lab/users.ts"
import { run } from "../../src/system/run.ts"

const two: LabSpec = { links: [{ name: "isp1" }, { name: "isp2" }] }
const labs: Lab[] = []

/** A lab whose router translates addresses and, as a stand-in for the agent, sends a client's flows by their mark. */
async function build(spec: LabSpec = two): Promise<Lab> {
  const lab = await buildLab(spec)
  labs.push(lab)
  await lab.exec("rtr", "iptables", ["-t", "nat", "-A", "POSTROUTING", "!", "-o", "lan0", "-j", "MASQUERADE"])
  return lab
}

afterEach(async () => {
  await Promise.all(labs.splice(0).map(lab => lab.dispose()))
})

async function steer(lab: Lab, name: string): Promise<void> {
  const { interface: device, lease } = lab.link(name)
  await lab.ip("rtr", [`route replace default via ${lease.gateway} dev ${device} proto dhcp metric 1`])
}

/** Names of the links that `count` connections of the client used; `failed` where there was no answer. */
async function links(lab: Lab, count = 1, options = {}): Promise<readonly string[]> {
  const { via, failed } = await runClient(lab, "flows", { count, timeout: 400, ...options })
  return [...Object.keys(via).map(address => lab.linkOf(address) ?? address), ...(failed > 0 ? ["failed"] : [])]
}

async function pings(lab: Lab, namespace: string, address: string, count = 1): Promise<number> {
  const args = ["-q", "-c", String(count), "-i", "0.002", "-W", "0.3", address]
  const { stdout } = await lab.exec(namespace, "sh", ["-c", 'ping "$@" || true', "ping", ...args])
  return Number(/(\d+) received/.exec(stdout)?.[1])
}

const address = async (lab: Lab, device: string) => {
  const { stdout } = await lab.exec("rtr", "ip", ["-j", "-4", "addr", "show", "dev", device])
  return (JSON.parse(stdout) as { ifindex: number; operstate: string; addr_info: { local: string }[] }[])[0]
}

describe("a lab", () => {
  test("carries a client's connections through whichever provider the router chooses", async () => {
    const lab = await build()
    await startServer(lab)
    expect(await links(lab, 20)).toEqual(["isp1"])
    await steer(lab, "isp2")
    expect(await links(lab, 20)).toEqual(["isp2"])
  })

  test("works with two modems of the same subnet, address and gateway", async () => {
    const lab = await build({ ...two, identicalModems: true, clientAddresses: ["10.0.0.50", "10.0.0.51"] })
    await startServer(lab)
    expect(lab.link("isp1").lease).toEqual(lab.link("isp2").lease)
    await lab.ip("rtr", [
      "route add default via 192.168.1.1 dev eth1 table 102",
      "rule add fwmark 2/0xff lookup 102 pref 100",
    ])
    const mark = ["-s", "10.0.0.51", "-j", "MARK", "--set-xmark", "2/0xff"]
    await lab.exec("rtr", "iptables", ["-t", "mangle", "-A", "PREROUTING", ...mark])
    expect(await links(lab, 20, { from: "10.0.0.50" })).toEqual(["isp1"])
    expect(await links(lab, 20, { from: "10.0.0.51" })).toEqual(["isp2"])
  })

  test("stands beside others without touching them", async () => {
    const several = await Promise.all([build(), build(), build()])
    await Promise.all(several.map(lab => startServer(lab)))
    const [broken, ...others] = several
    await blackhole(broken, "isp1")
    expect(await Promise.all(others.map(lab => links(lab)))).toEqual([["isp1"], ["isp1"]])
    expect(await links(broken)).toEqual(["failed"])
  })

  test("leaves no namespace and no process behind, not even one that its own programs left", async () => {
    const lab = await build()
    const { child } = await startServer(lab)
    const orphan = `sleep ${Date.now()}`
    await lab.exec("rtr", "sh", ["-c", `${orphan} >/dev/null 2>&1 & echo started`])
    expect((await run("ps", ["axo", "args"])).stdout).toContain(`\n${orphan}`)
    await lab.dispose()
    expect(() => process.kill(child.pid, 0)).toThrow("ESRCH")
    expect((await run("ip", ["netns", "list"])).stdout).not.toContain(lab.prefix)
    expect((await run("ps", ["axo", "args"])).stdout).not.toContain(orphan)
  })

  test("leaves nothing behind when it cannot be built", async () => {
    await expect(build({ links: [{ name: "never", interface: "bad/name" }] })).rejects.toThrow("ip -batch")
    expect((await run("ip", ["netns", "list"])).stdout).not.toContain("-never")
  })
})

describe("faults", () => {
  test("a blackhole is silent: carrier, address and the other link stay, and healing ends it", async () => {
    const lab = await build()
    await startServer(lab)
    const fault = await blackhole(lab, "isp1")
    expect(fault.doneMs).toBeGreaterThan(fault.askedMs)
    expect(fault.doneMs).toBeLessThan(monotonicMs())
    expect(await links(lab)).toEqual(["failed"])
    expect(await address(lab, "eth0")).toMatchObject({ operstate: "UP", addr_info: [{ local: "192.168.1.2" }] })
    await steer(lab, "isp2")
    expect(await links(lab)).toEqual(["isp2"])
    await steer(lab, "isp1")
    await heal(lab, "isp1")
    expect(await links(lab)).toEqual(["isp1"])
  })

  test("a blackhole also ends flows that were open", async () => {
    const lab = await build()
    await startServer(lab)
    const { reports$ } = await startClient(lab, "hold", { count: 5, every: 20, stall: 200 })
    const opened = await lastValueFrom(reports$.pipe(take(5), toArray()))
    expect(opened.map(({ kind }) => kind)).toEqual(Array(5).fill("open"))
    await blackhole(lab, "isp1")
    const stalled = lastValueFrom(
      reports$.pipe(
        filter(({ kind }) => kind === "stalled"),
        take(5),
        toArray(),
      ),
    )
    expect(new Set((await stalled).map(({ flow }) => flow)).size).toBe(5)
    await heal(lab, "isp1")
    await firstValueFrom(reports$.pipe(filter(({ kind }) => kind === "resumed")))
  })

  test("a flow whose provider changes under it is reset, and connects again through the other", async () => {
    const lab = await build()
    await startServer(lab)
    const { reports$ } = await startClient(lab, "hold", { count: 1, every: 50 })
    expect(await firstValueFrom(reports$)).toMatchObject({ kind: "open", via: lab.link("isp1").publicAddress })
    await blackhole(lab, "isp1")
    await deleteInterface(lab, "isp1")
    const next = await lastValueFrom(
      reports$.pipe(
        filter(({ kind }) => kind === "broken" || kind === "open"),
        take(3),
        toArray(),
      ),
    )
    expect(next[1]).toMatchObject({ kind: "broken", error: "ECONNRESET", via: lab.link("isp1").publicAddress })
    expect(next[2]).toMatchObject({ kind: "open", via: lab.link("isp2").publicAddress })
  })

  test("carrier loss and its return are seen by the router", async () => {
    const lab = await build()
    await startServer(lab)
    await carrierLoss(lab, "isp1")
    expect(await address(lab, "eth0")).toMatchObject({ operstate: "DOWN", addr_info: [{ local: "192.168.1.2" }] })
    await carrierBack(lab, "isp1")
    expect(await address(lab, "eth0")).toMatchObject({ operstate: "UP" })
    expect(await links(lab)).toEqual(["isp1"])
  })

  test("random loss takes about its part of all round trips", async () => {
    const lab = await build()
    await randomLoss(lab, "isp1", 0.3)
    const answered = await pings(lab, "rtr", "8.8.8.8", 400)
    expect(answered).toBeGreaterThan(400 * 0.7 - 50)
    expect(answered).toBeLessThan(400 * 0.7 + 50)
    await heal(lab, "isp1")
    expect(await pings(lab, "rtr", "8.8.8.8", 20)).toBe(20)
  })

  test("a dead target is dead alone", async () => {
    const lab = await build()
    await targetDeath(lab, "8.8.8.8")
    expect(await pings(lab, "rtr", "8.8.8.8")).toBe(0)
    expect(await pings(lab, "rtr", "9.9.9.9")).toBe(1)
    await targetsBack(lab)
    expect(await pings(lab, "rtr", "8.8.8.8")).toBe(1)
  })

  test("a new lease, from the same modem or another gateway, carries on", async () => {
    const lab = await build()
    await startServer(lab)
    await addressChange(lab, "isp1", { address: "192.168.1.77" })
    expect(await address(lab, "eth0")).toMatchObject({ addr_info: [{ local: "192.168.1.77" }] })
    expect(await links(lab)).toEqual(["isp1"])
    await addressChange(lab, "isp1", { address: "172.16.5.9", gateway: "172.16.5.1" })
    expect(await links(lab)).toEqual(["isp1"])
  })

  test("a deleted interface is gone with its routes, and a remade one has another index", async () => {
    const lab = await build()
    await startServer(lab)
    const before = await address(lab, "eth0")
    await deleteInterface(lab, "isp1")
    expect((await lab.exec("rtr", "ip", ["-br", "link"])).stdout).not.toContain("eth0")
    expect(await links(lab)).toEqual(["isp2"])
    await remakeInterface(lab, "isp1")
    expect((await address(lab, "eth0"))?.ifindex).not.toBe(before?.ifindex)
    expect(await links(lab)).toEqual(["isp1"])
  })
})

describe("users of a lab", () => {
  test("connect at an even pace and report each connection", async () => {
    const lab = await build()
    await startServer(lab)
    const { reports$ } = await startClient(lab, "connects", { rate: 100, seconds: 1 })
    const attempts = await lastValueFrom(reports$.pipe(toArray()))
    expect(attempts.filter(({ ok }) => ok)).toHaveLength(100)
    const starts = attempts.map(({ startMs }) => startMs)
    expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(900)
  })

  test("send one-way UDP that the server counts by label and source", async () => {
    const lab = await build()
    const { received } = await startServer(lab)
    expect(await received()).toEqual({})
    await runClient(lab, "udp-stream", { packets: 50, every: 4, label: "one" })
    await runClient(lab, "udp-flows", { rate: 1000, seconds: 1, label: "many" })
    expect(await received()).toMatchObject({
      one: { "198.18.1.2": { packets: 50, firstSeq: 0, lastSeq: 49 } },
      many: { "198.18.1.2": { packets: 1000 } },
    })
    expect((await lab.conntrack("-p", "udp", "--dport", "9000")).length).toBe(1001)
  })

  test("say so when they cannot do their work", async () => {
    const lab = await build()
    await expect(lab.exec("lan", execPath, ["-e", "process.exit(3)"])).rejects.toMatchObject({ exitCode: 3 })
    await expect(runClient(lab, "udp-stream", { from: "203.0.113.1" })).rejects.toThrow("EADDRNOTAVAIL")
  })
})
