import { endianness, networkInterfaces } from "node:os"
import { parseArgs } from "node:util"
import ipaddr from "ipaddr.js"
import { AF_INET6, libc } from "../../../probes/libc.ts"

/**
 * A router that advertises itself once (RFC 4861, 4.2): `advertise.js --device lan --router fe80::1 --prefix 2001:db8:1::
 * --lifetime SECONDS`. Hosts make themselves an address of the prefix, a /64 (RFC 4862); a lifetime of 0: no router any more.
 */
const text = { type: "string", default: "" } as const
const { values } = parseArgs({ options: { device: text, router: text, prefix: text, lifetime: text } })

type Call = (...args: readonly unknown[]) => number
const socket = libc.func("int socket(int, int, int)") as Call
const setsockopt = libc.func("int setsockopt(int, int, int, const void *, uint32_t)") as Call
const bind = libc.func("int bind(int, const void *, uint32_t)") as Call
const sendto = libc.func("intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)") as Call

const SOCK_RAW = 3
const IPPROTO_IPV6 = 41
const IPPROTO_ICMPV6 = 58
const IPV6_MULTICAST_HOPS = 18
const ALL_NODES = "ff02::1"

const own = (value: number) => Buffer.from(Uint32Array.of(value).buffer)
const bytes = (address: string) => Buffer.from(ipaddr.parse(address).toByteArray())
const word = (value: number) => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

/** struct sockaddr_in6 of ipv6(7): family and port, flow, address, scope. */
function socketAddress(address: string): Buffer {
  const scope = networkInterfaces()[values.device]?.find(({ family }) => family === "IPv6")
  if (scope?.family !== "IPv6") throw new Error(`${values.device} has no IPv6`)
  const family = endianness() === "LE" ? AF_INET6 : AF_INET6 << 16
  return Buffer.concat([own(family), word(0), bytes(address), own(scope.scopeid)])
}

/** The kernel fills in the checksum. */
function advertisement(): Buffer {
  const [type, hopLimit, seconds] = [134, 64, Number(values.lifetime)]
  const head = [word(type * 2 ** 24), word(hopLimit * 2 ** 24 + seconds), word(0), word(0)]
  const [option, length, bits, onLinkAndAutonomous] = [3, 4, 64, 0xc0]
  const prefix = Buffer.concat([Buffer.of(option, length, bits, onLinkAndAutonomous), word(3600), word(3600), word(0)])
  return Buffer.concat([...head, prefix, bytes(values.prefix)])
}

function checked(result: number, call: string): number {
  if (result < 0) throw new Error(`${call} failed`)
  return result
}

const message = advertisement()
const [from, to] = [values.router, ALL_NODES].map(socketAddress)
const fd = checked(socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6), "socket")
// A packet that a router has passed on is none of a neighbour's: hosts take nothing but 255 (RFC 4861, 6.1.2).
checked(setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, own(255), 4), "setsockopt")
checked(bind(fd, from, 28), "bind")
checked(sendto(fd, message, message.length, 0, to, 28), "sendto")
