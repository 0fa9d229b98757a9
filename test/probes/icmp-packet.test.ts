import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { bytesOf } from "../../probes/address.ts"
import { meaningOf, type Echo } from "../../probes/icmp-packet.ts"

const id = 0x5101

interface Ip {
  readonly protocol?: number
  readonly destination: string
  readonly optionWords?: number
}

function ipv4({ protocol = 1, destination, optionWords = 0 }: Ip, payload: Buffer): Buffer {
  const header = Buffer.alloc(20 + optionWords * 4)
  header.writeUInt8(0x45 + optionWords, 0)
  header.writeUInt8(protocol, 9)
  header.set(bytesOf(destination), 16)
  return Buffer.concat([header, payload])
}

function ipv6({ protocol = 58, destination }: Ip, payload: Buffer): Buffer {
  const header = Buffer.alloc(40)
  header.writeUInt8(0x60, 0)
  header.writeUInt8(protocol, 6)
  header.set(bytesOf(destination), 24)
  return Buffer.concat([header, payload])
}

function icmp(type: number, rest: Buffer = Buffer.alloc(8)): Buffer {
  return Buffer.concat([Buffer.from([type, 0, 0, 0, id >> 8, id & 255, 0, 0]), rest])
}

/** What differs between the two versions of IP. A raw socket hands over the IPv4 header, and no IPv6 header. */
const families = [
  {
    name: "IPv4",
    address: "203.0.113.1",
    other: "203.0.113.2",
    router: "192.0.2.7",
    types: { request: 8, reply: 0, errors: [3, 11], silent: [4, 5, 8, 12] },
    received: (message: Buffer, optionWords = 0) => ipv4({ destination: "192.168.1.2", optionWords }, message),
    ip: ipv4,
  },
  {
    name: "IPv6",
    address: "2001:db8::1",
    other: "2001:db8::2",
    router: "2001:db8:7::7",
    types: { request: 128, reply: 129, errors: [1, 3], silent: [2, 4, 128, 134, 137] },
    received: (message: Buffer) => message,
    ip: ipv6,
  },
] as const

describe.each(families)("over $name", ({ address, other, router, types, received, ip }) => {
  const echo: Echo = { address, id }
  const ours = (optionWords = 0) => ip({ destination: address, optionWords }, icmp(types.request))

  it("a reply counts from the address that was asked, and from no other", () => {
    expect(meaningOf(echo, received(icmp(types.reply)), address)).toBe("reply")
    expect(meaningOf(echo, received(icmp(types.reply)), router)).toBeUndefined()
  })

  it("another probe's reply or error is not ours", () => {
    const theirs = { ...echo, id: id + 1 }
    expect(meaningOf(theirs, received(icmp(types.reply)), address)).toBeUndefined()
    expect(meaningOf(theirs, received(icmp(types.errors[0], ours())), router)).toBeUndefined()
  })

  it.each([...types.errors])("an error of type %i counts from any host that quotes our request", type => {
    expect(meaningOf(echo, received(icmp(type, ours())), router)).toBe("error")
  })

  it.each([
    ["a request to someone else", ip({ destination: other }, icmp(types.request))],
    ["another protocol's packet", ip({ destination: address, protocol: 17 }, icmp(types.request))],
    ["something that is no echo request", ip({ destination: address }, icmp(13))],
    ["too little", ours().subarray(0, 24)],
  ])("an error does not count when it quotes %s", (_what, quoted) => {
    expect(meaningOf(echo, received(icmp(types.errors[0], quoted)), router)).toBeUndefined()
  })

  it.each([...types.silent])("a message of type %i says nothing about our request", type => {
    expect(meaningOf(echo, received(icmp(type, ours())), address)).toBeUndefined()
  })

  it("bears any bytes whatever, and any cut of a good packet", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), bytes => {
        const meaning = meaningOf(echo, Buffer.from(bytes), address)
        expect(["reply", "error", undefined]).toContain(meaning)
      }),
    )
    const whole = received(icmp(types.errors[0], ours()))
    // What is cut off last is the request's data, which nobody needs.
    for (let length = 0; length < whole.length - 8; length++)
      expect(meaningOf(echo, whole.subarray(0, length), router)).toBeUndefined()
  })
})

it("finds its way past IPv4 options, outside and inside the quotation", () => {
  const [{ address, router, received, ip }] = families
  fc.assert(
    fc.property(fc.nat(10), fc.nat(10), (outer, inner) => {
      const quoted = ip({ destination: address, optionWords: inner }, icmp(8))
      expect(meaningOf({ address, id }, received(icmp(0), outer), address)).toBe("reply")
      expect(meaningOf({ address, id }, received(icmp(3, quoted), outer), router)).toBe("error")
    }),
  )
})

it("knows an IPv6 address in whatever words the kernel puts it", () => {
  expect(meaningOf({ address: "2001:db8::1", id }, icmp(129), "2001:0db8:0:0::1")).toBe("reply")
})
