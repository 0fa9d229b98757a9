import { describe, expect, test } from "vitest"
import { blueprint, nextLease, userAddresses } from "../../../src/lab/rehearse/blueprint.ts"
import { original } from "./sample.ts"

const config = (lan: string, ...links: readonly string[]) =>
  original(
    `{ lan: [${lan}], probes: [{ icmp: 1.1.1.1 }, { tcp: "1.1.1.1:53" }, { tcp: "9.9.9.9:443" }], links: [${links
      .map((rest, i) => `{ name: l${i}, interface: wan${i}, mark: ${i + 1}, ${rest} }`)
      .join()}] }`,
  ).config

const leases = (...links: readonly string[]) => blueprint(config("eth9", ...links)).links.map(({ lease }) => lease)

describe("the lab of a configuration", () => {
  test("has every link's interface, and every target once", () => {
    const { links, targets } = blueprint(config("eth9", "weight: 1", "gateway: none"))
    expect(links).toMatchObject([
      { name: "l0", interface: "wan0", namespace: "uplink1", pointToPoint: false, routed: [] },
      { name: "l1", interface: "wan1", namespace: "uplink2", pointToPoint: true },
    ])
    expect(targets).toEqual(["1.1.1.1", "9.9.9.9"])
  })

  test("gives links the addresses that the configuration tells, and makes up the others", () => {
    expect(
      leases("weight: 1", "gateway: 203.0.113.1", "gateway: 203.0.113.254", "nat: { snat: 198.51.100.1 }"),
    ).toEqual([
      { address: "192.168.1.2", gateway: "192.168.1.1" },
      { address: "203.0.113.2", gateway: "203.0.113.1" },
      { address: "203.0.113.1", gateway: "203.0.113.254" },
      { address: "198.51.100.1", gateway: "198.51.100.2" },
    ])
  })

  test("sends back what is not the link's own address: the LANs where nothing is translated, and a routed address", () => {
    const links = [
      "nat: none",
      "gateway: 203.0.113.1, nat: { snat: 198.51.100.7 }",
      "gateway: 203.0.113.1, nat: { snat: 203.0.113.7 }",
    ]
    expect(blueprint(config("eth9, eth8", ...links)).links.map(({ routed }) => routed)).toEqual([
      ["198.19.0.0/24", "198.19.1.0/24"],
      ["198.51.100.7/32"],
      [],
    ])
  })

  test("has ten users, who share the LANs out among themselves", () => {
    const two = config("eth9, eth8", "weight: 1")
    expect(userAddresses(two).slice(0, 3)).toEqual(["198.19.0.50", "198.19.1.50", "198.19.0.51"])
    expect(new Set(userAddresses(two)).size).toBe(10)
    const three = config("eth9, eth8, eth7", "weight: 1")
    const known = blueprint(three).lans?.flatMap(lan => lan.clientAddresses)
    expect(userAddresses(three).toSorted()).toEqual(known?.toSorted())
    expect(userAddresses(config("", "weight: 1"))).toEqual([])
  })
})

test("the next lease is another address from another gateway, unless that is fixed", () => {
  const [auto, fixed, taken] = config("eth9", "weight: 1", "gateway: 203.0.113.1", "gateway: 203.0.113.77").links
  const next = (link: typeof auto) => (link === undefined ? null : nextLease(link, 3))
  expect(next(auto)).toEqual({ address: "172.30.3.77", gateway: "172.30.3.1" })
  expect(next(fixed)).toEqual({ address: "203.0.113.77", gateway: "203.0.113.1" })
  expect(next(taken)).toEqual({ address: "203.0.113.78", gateway: "203.0.113.77" })
})
