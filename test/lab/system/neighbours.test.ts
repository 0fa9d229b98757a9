import { beforeAll, expect, test } from "vitest"
import { readConntrackTable } from "../../../src/system/conntrack-table.ts"
import { readNeighbours } from "../../../src/system/neighbours.ts"
import { addWan, enterPrivateNetwork, ip } from "./private-network.ts"

beforeAll(async () => {
  await enterPrivateNetwork()
  await addWan()
})

test("the kernel's neighbours are read with their interface and state", async () => {
  await ip("neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 dev wan nud permanent")
  await ip("neigh replace 192.0.2.9 dev wan nud failed")
  expect(await readNeighbours()).toEqual(
    expect.arrayContaining([
      { address: "192.0.2.1", device: "wan", state: "PERMANENT" },
      { address: "192.0.2.9", device: "wan", state: "FAILED" },
    ]),
  )
})

test("the table of connections has a size", async () => {
  const table = await readConntrackTable()
  expect(table?.max).toBeGreaterThan(0)
  expect(table?.count).toBeGreaterThanOrEqual(0)
})
