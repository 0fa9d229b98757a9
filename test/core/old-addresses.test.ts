import { describe, expect, it } from "vitest"
import type { Interface } from "../../src/core/kernel.ts"
import { addressesAfter, oldAddresses } from "../../src/core/old-addresses.ts"
import { link } from "./fixtures.ts"

const has = (name: string, ...addresses: readonly string[]): Interface => ({
  index: 2,
  name,
  flags: ["UP", "LOWER_UP"],
  addresses: addresses.map(address => ({ address, prefixLength: 24 })),
})

const links = [link(1), link(2)]

/** What is old at the end of these readings. */
function oldAfter(...readings: readonly (readonly Interface[])[]) {
  const seen = readings.map((_, i) => readings.slice(0, i + 1).reduce(addressesAfter, new Map()))
  return oldAddresses(links, seen.at(-2) ?? new Map(), seen.at(-1) ?? new Map())
}

describe("the addresses that links no longer have", () => {
  it("are those that were replaced, by the mark of their link", () => {
    const two = [has("eth0", "192.0.2.2"), has("eth1", "192.0.2.2")]
    expect(oldAfter(two, [has("eth0", "192.0.2.77"), has("eth1", "192.0.2.2")])).toEqual([
      { mark: 1, address: "192.0.2.2" },
    ])
  })

  it("are not those that are there still beside a new one", () => {
    expect(oldAfter([has("eth0", "192.0.2.2")], [has("eth0", "192.0.2.77", "192.0.2.2")])).toEqual([])
    expect(oldAfter([has("eth0", "192.0.2.2", "192.0.2.3")], [has("eth0", "192.0.2.2")])).toEqual([
      { mark: 1, address: "192.0.2.3" },
    ])
  })

  it("are none while nothing has taken their place: the same may come back", () => {
    const before = [has("eth0", "192.0.2.2")]
    expect(oldAfter(before, [has("eth0")])).toEqual([])
    expect(oldAfter(before, [])).toEqual([])
    expect(oldAfter(before, [has("eth0")], before)).toEqual([])
    expect(oldAfter(before, [], [has("eth0", "192.0.2.77")])).toEqual([{ mark: 1, address: "192.0.2.2" }])
  })

  it("are none at first, and none of interfaces that are no links", () => {
    expect(oldAfter([has("eth0", "192.0.2.2")])).toEqual([])
    expect(oldAfter([has("lan0", "10.0.0.1")], [has("lan0", "10.0.0.2")])).toEqual([])
  })
})
