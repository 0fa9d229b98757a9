import { describe, expect, it } from "vitest"
import { obstacle } from "../../src/core/facts.ts"
import { mainTable, ourProtocol, type Interface, type Route } from "../../src/core/kernel.ts"
import { factsOf, remember } from "../../src/core/read-facts.ts"
import { link } from "./fixtures.ts"

const isp1 = link(1)

const eth0: Interface = {
  index: 7,
  name: "eth0",
  flags: ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
  addresses: [
    { address: "192.0.2.10", prefixLength: 24 },
    { address: "192.0.2.11", prefixLength: 24 },
  ],
}

const route: Route = {
  type: "unicast",
  destination: "default",
  table: mainTable,
  protocol: 16,
  metric: 100,
  device: "eth0",
  gateway: "192.0.2.1",
  flags: [],
  multipath: false,
}

const remembered = { gateway: "192.0.2.1", address: "192.0.2.10" }

describe("factsOf", () => {
  it("takes index, carrier and first address from the link's interface", () => {
    expect(factsOf(4, isp1, [{ ...eth0, name: "eth1", index: 1 }, eth0], [route], null)).toEqual({
      index: 7,
      carrier: true,
      address: "192.0.2.10",
      gateway: "192.0.2.1",
      pointToPoint: false,
    })
  })

  it.each([
    ["its cable is out", ["NO-CARRIER", "BROADCAST", "UP"]],
    ["it is switched off", ["BROADCAST"]],
    ["it is switched off though the driver still sees the other end", ["BROADCAST", "LOWER_UP"]],
  ])("sees no carrier when %s", (_why, flags) => {
    expect(obstacle(factsOf(4, isp1, [{ ...eth0, flags }], [route], null))).toBe("no carrier")
  })

  it("says that an interface is missing even when its gateway is written in the configuration", () => {
    const facts = factsOf(4, { ...isp1, gateway: "192.0.2.1" }, [], [], remembered)
    expect(facts).toEqual({ index: null, carrier: false, address: null, gateway: "192.0.2.1", pointToPoint: false })
    expect(obstacle(facts)).toBe("interface missing")
  })

  it("prefers the configured gateway to every route", () => {
    expect(factsOf(4, { ...isp1, gateway: "192.0.2.254" }, [eth0], [route], null).gateway).toBe("192.0.2.254")
  })

  it("needs no next hop when the configuration says none", () => {
    const facts = factsOf(4, { ...isp1, gateway: "none" }, [eth0], [route], null)
    expect(facts).toMatchObject({ gateway: null, pointToPoint: true })
    expect(obstacle(facts)).toBeNull()
  })
})

describe("an automatic gateway", () => {
  const gatewayFrom = (...routes: readonly Route[]) => factsOf(4, isp1, [eth0], routes, null).gateway

  it("is that of the default route with the lowest metric in the main table", () => {
    expect(gatewayFrom(route, { ...route, metric: 50, gateway: "192.0.2.2" })).toBe("192.0.2.2")
  })

  it("is taken from the main table before any other, whatever the metric", () => {
    expect(gatewayFrom({ ...route, table: 9, metric: 0, gateway: "192.0.2.2" }, route)).toBe("192.0.2.1")
  })

  it("is taken from another table when the main one has none", () => {
    expect(gatewayFrom({ ...route, table: 9, gateway: "192.0.2.2" })).toBe("192.0.2.2")
  })

  it("is never taken from our own routes, which only repeat what was believed", () => {
    expect(gatewayFrom({ ...route, protocol: ourProtocol })).toBeNull()
  })

  it.each([
    ["another interface's", { ...route, device: "eth1" }],
    ["one that is not a default route", { ...route, destination: "10.0.0.0/8" }],
    ["an unreachable one", { ...route, type: "unreachable", device: null, gateway: null }],
    ["one over IPv6", { ...route, gateway: "fe80::1" }],
  ])("is not taken from %s", (_what, other: Route) => {
    expect(gatewayFrom(other)).toBeNull()
  })

  it("is not needed where the default route has none", () => {
    expect(factsOf(4, isp1, [eth0], [{ ...route, gateway: null }], remembered)).toMatchObject({ pointToPoint: true })
  })

  it("is not needed on a point-to-point interface, even while it has no default route", () => {
    const ppp = { ...eth0, flags: [...eth0.flags, "POINTOPOINT"] }
    expect(factsOf(4, isp1, [ppp], [], remembered)).toMatchObject({ gateway: null, pointToPoint: true })
  })

  it("is used on a point-to-point interface whose default route names one", () => {
    const ppp = { ...eth0, flags: [...eth0.flags, "POINTOPOINT"] }
    expect(factsOf(4, isp1, [ppp], [route], null)).toMatchObject({ gateway: "192.0.2.1", pointToPoint: false })
  })
})

describe("a remembered gateway", () => {
  const gatewayOf = (device: Interface) => factsOf(4, isp1, [device], [], remembered).gateway

  it("stands in while the default route is gone", () => {
    expect(gatewayOf(eth0)).toBe("192.0.2.1")
  })

  it("gives way to a default route", () => {
    expect(factsOf(4, isp1, [eth0], [{ ...route, gateway: "192.0.2.2" }], remembered).gateway).toBe("192.0.2.2")
  })

  it("is forgotten with the address it came with", () => {
    expect(gatewayOf({ ...eth0, addresses: [{ address: "192.0.2.99", prefixLength: 24 }] })).toBeNull()
  })

  it("is forgotten when the interface's subnet no longer holds it", () => {
    expect(gatewayOf({ ...eth0, addresses: [{ address: "192.0.2.10", prefixLength: 29 }] })).toBeNull()
  })
})

describe("in IPv6", () => {
  const address = { address: "2001:db8:1::2", prefixLength: 64 }
  const advertised: Route = { ...route, protocol: 9, metric: 1024, gateway: "fe80::1" }
  const facts = (...routes: readonly Route[]) =>
    factsOf(6, isp1, [{ ...eth0, addresses: [address] }], routes, { gateway: "fe80::1", address: "2001:db8:1::2" })

  it("takes the gateway from a router's advertisement", () => {
    expect(facts(advertised)).toMatchObject({ address: "2001:db8:1::2", gateway: "fe80::1" })
  })

  it("believes a router that takes its advertisement back", () => {
    expect(obstacle(facts())).toBe("no gateway")
  })
})

describe("remember", () => {
  const facts = factsOf(4, isp1, [eth0], [route], null)

  it("keeps a gateway with the address that it was seen with", () => {
    expect(remember(facts, null)).toEqual(remembered)
  })

  it("keeps what it has while address or gateway is unknown", () => {
    expect(remember({ ...facts, gateway: null }, remembered)).toBe(remembered)
    expect(remember({ ...facts, address: null }, remembered)).toBe(remembered)
  })
})
