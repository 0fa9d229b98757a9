import { describe, expect, it } from "vitest"
import { segmentOf } from "../../probes/segment.ts"
import { headers, headers6 } from "./packets.ts"

describe("a packet's headers", () => {
  it("tell who speaks, from where on, how much, and what was heard", () => {
    const { flow, ...said } = segmentOf(headers({ seq: 7, ack: 9, bytes: 100, ipOptions: 4 })) ?? { flow: "" }
    expect(said).toEqual({ isFirst: false, seq: 7, length: 100, ack: 9 })
    expect(flow).toHaveLength(12)
    expect(segmentOf(headers({ port: 80 }))?.flow).not.toBe(flow)
    expect(segmentOf(headers({ from: "203.0.113.8" }))?.flow).not.toBe(flow)
  })

  it("that bear no length are of several segments", () => {
    expect(segmentOf(headers({ totalLength: 0 }))?.length).toBeGreaterThan(60_000)
  })

  it.each([
    ["a request to connect", { flags: 0x02 }],
    ["a reset", { flags: 0x14 }],
    ["the modem's own web page", { from: "192.168.100.1" }],
    ["a neighbour at 10.0.0.1", { from: "10.0.0.1" }],
    ["a neighbour at 172.31.0.1", { from: "172.31.0.1" }],
    ["a neighbour at 169.254.1.1", { from: "169.254.1.1" }],
  ])("say nothing in the case of %s", (_, packet) => {
    expect(segmentOf(headers(packet))).toBeUndefined()
  })

  it.each(["100.64.0.1", "172.32.0.1", "192.169.0.1"])("of %s are of the internet", from => {
    expect(segmentOf(headers({ from }))).toBeDefined()
  })

  it("that are cut short say nothing", () => {
    const whole = headers({})
    for (let length = 0; length < whole.length; length++) expect(segmentOf(whole.subarray(0, length))).toBeUndefined()
  })
})

describe("a packet's headers in IPv6", () => {
  it("tell the same, and of both whole addresses", () => {
    const { flow, ...said } = segmentOf(headers6({ seq: 7, ack: 9, bytes: 100 })) ?? { flow: "" }
    expect(said).toEqual({ isFirst: false, seq: 7, length: 100, ack: 9 })
    expect(flow).toHaveLength(36)
    expect(segmentOf(headers6({ port: 80 }))?.flow).not.toBe(flow)
    expect(segmentOf(headers6({ from: "2001:db8::8" }))?.flow).not.toBe(flow)
    expect(segmentOf(headers6({ totalLength: 0 }))?.length).toBeGreaterThan(60_000)
  })

  it.each([
    ["a reset", { flags: 0x14 }],
    ["a neighbour by its link-local address", { from: "fe80::1" }],
    ["a neighbour of the site's own", { from: "fd00:10::1" }],
  ])("say nothing in the case of %s", (_, packet) => {
    expect(segmentOf(headers6(packet))).toBeUndefined()
  })

  it.each(["2001:db8::1", "2a00::1"])("of %s are of elsewhere", from => {
    expect(segmentOf(headers6({ from }))).toBeDefined()
  })

  it("that are cut short say nothing", () => {
    const whole = headers6({})
    for (let length = 0; length < whole.length; length++) expect(segmentOf(whole.subarray(0, length))).toBeUndefined()
  })
})
