import { firstValueFrom, take, toArray } from "rxjs"
import { afterEach, expect, test } from "vitest"
import { carrierBack, carrierLoss } from "../../src/lab/faults.ts"
import { addressChange, newSession } from "../../src/lab/leases.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import type { LabSpec } from "../../src/lab/topology.ts"
import { runClient, startClient, startServer } from "../../src/lab/users.ts"

let lab: Lab

afterEach(() => lab.dispose())

async function build(spec: LabSpec): Promise<void> {
  lab = await buildLab(spec)
  await startServer(lab)
}

async function translate(): Promise<void> {
  await lab.exec("rtr", "iptables", ["-t", "nat", "-A", "POSTROUTING", "!", "-o", "lan0", "-j", "MASQUERADE"])
}

const used = async (options = {}) =>
  Object.keys((await runClient(lab, "flows", { count: 5, timeout: 900, ...options })).via).map(lab.linkOf)

const show = async (namespace: string, ...words: readonly string[]) => (await lab.exec(namespace, "ip", words)).stdout

test("a point-to-point link has two addresses and no subnet, and asks nobody by ARP", async () => {
  const lease = { address: "10.64.0.7", gateway: "10.64.0.1" }
  await build({ links: [{ name: "pppoe", interface: "ppp0", pointToPoint: true, lease }] })
  await translate()
  expect(await used()).toEqual(["pppoe"])
  expect(await show("rtr", "-br", "-4", "addr", "show", "ppp0")).toMatch(/10\.64\.0\.7 peer 10\.64\.0\.1\/32/)
  expect(await show("rtr", "route", "show", "default")).toMatch(/^default dev ppp0 .*src 10\.64\.0\.7/)
  expect(await show("rtr", "neigh", "show", "dev", "ppp0", "nud", "reachable")).toBe("")
})

test("the kernel lets go of what it translated when a session ends, and not when a session's address changes", async () => {
  await build({ links: [{ name: "pppoe", pointToPoint: true }] })
  await translate()
  const { reports$ } = await startClient(lab, "hold", { count: 3, every: 5_000 })
  await firstValueFrom(reports$.pipe(take(3), toArray()))
  const kept = () => lab.conntrack("-p", "tcp", "--reply-dst", "192.168.1.2")
  await addressChange(lab, "pppoe", { address: "172.30.1.77", gateway: "172.30.1.1" })
  expect(await kept()).toHaveLength(3)
  await addressChange(lab, "pppoe", {})
  await newSession(lab, "pppoe", { address: "172.30.1.77", gateway: "172.30.1.1" })
  await expect.poll(kept, { timeout: 5_000 }).toEqual([])
})

test("a provider sends the router what it routes to it, also after its port was dark", async () => {
  await build({ links: [{ name: "radio", routed: ["10.0.0.0/24"] }] })
  expect(await used()).toEqual(["radio"])
  await carrierLoss(lab, "radio")
  await carrierBack(lab, "radio")
  expect(await used()).toEqual(["radio"])
})

test("the client host is in every LAN, and its address decides which one a connection goes through", async () => {
  const lan = (device: string, net: string) => ({
    interface: device,
    routerAddress: `${net}.1`,
    clientAddresses: [`${net}.50`],
  })
  await build({ links: [{ name: "isp1" }], lans: [lan("lan0", "198.19.0"), lan("guests0", "198.19.1")] })
  await translate()
  await lab.exec("rtr", "iptables", ["-A", "FORWARD", "-i", "lan0", "-j", "DROP"])
  expect(await used({ from: "198.19.1.50" })).toEqual(["isp1"])
  expect(await used({ from: "198.19.0.50" })).toEqual([])
})

test("the internet answers a TCP probe where its target listens", async () => {
  lab = await buildLab({ links: [{ name: "isp1" }], targets: ["1.1.1.1", "8.8.8.8"] })
  await translate()
  const probes = [{ kind: "icmp", address: "1.1.1.1" } as const, { kind: "tcp", address: "8.8.8.8", port: 53 } as const]
  await startServer(lab, 9000, [...probes, ...probes])
  const refusal = async (server: string) => (await runClient(lab, "flows", { count: 1, port: 53, server })).errors
  expect(await refusal("8.8.8.8")).toEqual({ closed: 1 })
  expect(await refusal("1.1.1.1")).toEqual({ ECONNREFUSED: 1 })
})
