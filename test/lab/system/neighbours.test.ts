import { beforeAll, expect, test } from "vitest"
import { readConntrackTable } from "../../../src/system/conntrack-table.ts"
import { askNeighbours } from "../../../src/system/ask-neighbours.ts"
import { readNeighbours } from "../../../src/system/neighbours.ts"
import { addWan, enterPrivateNetwork, ip } from "./private-network.ts"

beforeAll(async () => {
  await enterPrivateNetwork()
  await addWan()
})

test("the kernel's neighbours are read with their interface and state", async () => {
  await ip("neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev wan nud permanent")
  await ip("neigh replace 192.0.2.9 dev wan nud failed")
  expect(await readNeighbours(4)).toEqual(
    expect.arrayContaining([
      { address: "192.0.2.1", device: "wan", state: "PERMANENT" },
      { address: "192.0.2.9", device: "wan", state: "FAILED" },
    ]),
  )
})

test("neighbours that nobody has heard of lately are asked, by ARP and by ND", async () => {
  await ip("neigh replace 192.0.2.8 lladdr 02:00:00:00:00:08 dev wan nud stale")
  const places = ["192.0.2.7", "192.0.2.8"].map(address => ({ address, device: "wan" }))
  const [ipv4, ipv6] = await Promise.all([
    askNeighbours(4, [...places, { address: "192.0.2.1", device: "wan" }]),
    askNeighbours(6, [{ address: "fe80::7", device: "wan" }]),
  ])
  const states = (found: typeof ipv4) => Object.fromEntries(found.map(({ address, state }) => [address, state]))
  expect(states(ipv4)).toMatchObject({ "192.0.2.7": "FAILED", "192.0.2.8": "FAILED", "192.0.2.1": "PERMANENT" })
  expect(states(ipv6)).toMatchObject({ "fe80::7": "FAILED" })
})

test("the table of connections has a size", async () => {
  const table = await readConntrackTable()
  expect(table?.max).toBeGreaterThan(0)
  expect(table?.count).toBeGreaterThanOrEqual(0)
})
