import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { concerns } from "../../probes/icmp-packet.ts"

const address = "203.0.113.1"
const router = "192.0.2.7"
const ECHO_REQUEST = 8

interface Ipv4 {
  readonly protocol?: number
  readonly destination: string
  readonly optionWords?: number
}

function ipv4({ protocol = 1, destination, optionWords = 0 }: Ipv4, payload: Buffer): Buffer {
  const header = Buffer.alloc(20 + optionWords * 4)
  header.writeUInt8(0x45 + optionWords, 0)
  header.writeUInt8(protocol, 9)
  header.set(destination.split(".").map(Number), 16)
  return Buffer.concat([header, payload])
}

function icmp(type: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]), payload])
}

const ours = (optionWords = 0) => ipv4({ destination: address, optionWords }, icmp(ECHO_REQUEST))
const received = (message: Buffer, optionWords = 0) => ipv4({ destination: "192.168.1.2", optionWords }, message)

describe("an echo reply", () => {
  it("counts from the address that was asked", () => {
    expect(concerns(address, received(icmp(0)), address)).toBe(true)
  })

  it("does not count from any other", () => {
    expect(concerns(address, received(icmp(0)), router)).toBe(false)
  })
})

describe("an ICMP error", () => {
  it.each([
    [3, "destination unreachable"],
    [11, "time exceeded"],
  ])("of type %i (%s) counts from any router if it quotes our request", type => {
    expect(concerns(address, received(icmp(type, ours())), router)).toBe(true)
  })

  it.each([
    ["a request to someone else", ipv4({ destination: "203.0.113.2" }, icmp(ECHO_REQUEST))],
    ["another protocol's packet", ipv4({ destination: address, protocol: 17 }, icmp(ECHO_REQUEST))],
    ["something that is no echo request", ipv4({ destination: address }, icmp(13))],
    ["too little", ours().subarray(0, 24)],
  ])("does not count when it quotes %s", (_what, quoted) => {
    expect(concerns(address, received(icmp(3, quoted)), router)).toBe(false)
  })

  it.each([
    [4, "source quench"],
    [5, "redirect"],
    [8, "echo request"],
    [12, "parameter problem"],
  ])("of type %i (%s) says nothing about our request", type => {
    expect(concerns(address, received(icmp(type, ours())), address)).toBe(false)
  })
})

it("finds its way past IP options, outside and inside the quotation", () => {
  fc.assert(
    fc.property(fc.nat(10), fc.nat(10), (outer, inner) => {
      expect(concerns(address, received(icmp(0), outer), address)).toBe(true)
      expect(concerns(address, received(icmp(3, ours(inner)), outer), router)).toBe(true)
    }),
  )
})

it("bears any bytes whatever, and any cut of a good packet", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), bytes => {
      expect(typeof concerns(address, Buffer.from(bytes), address)).toBe("boolean")
    }),
  )
  const whole = received(icmp(3, ours()))
  for (let length = 0; length < whole.length; length++) {
    expect(concerns(address, whole.subarray(0, length), router)).toBe(false)
  }
})
