import { isIP } from "node:net"
import ipaddr from "ipaddr.js"
import { z } from "zod"
import { expected } from "./problems.ts"

const NETWORK = "an address or a network, such as 10.0.0.5, 10.0.0.0/24 or 2001:db8::/32"

type Read = { readonly ok: true; readonly network: string } | { readonly ok: false; readonly message: string }

/**
 * `text` in the one spelling that iptables-save(8) prints, always with its length: `10.0.0.5/32`. Files have hundreds of
 * thousands of them, so each is taken apart but once.
 */
export function readNetwork(text: string): Read {
  const [, address = "", length] = /^([\da-fA-F.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? []
  // As inet_pton(3) does: four decimal parts, where inet_aton(3) would read 010.1 as 8.0.0.1.
  const family = isIP(address)
  const longest = family === 4 ? 32 : 128
  const bits = Number(length ?? longest)
  if (family === 0 || bits > longest) return { ok: false, message: expected(NETWORK)({ input: text }) }
  const { printed, parts, partBits } = family === 4 ? readIpv4(address) : readIpv6(address)
  if (family === 6 && isDotted(parts))
    return { ok: false, message: `found ${text}, an IPv4 address in IPv6's clothes; write it as IPv4` }
  if (reachesBeyond(parts, partBits, bits)) return { ok: false, message: correction(text, printed, bits) }
  return { ok: true, network: `${printed}/${bits}` }
}

function readIpv4(address: string) {
  return { printed: address, parts: address.split(".").map(Number), partBits: 8 }
}

function readIpv6(address: string) {
  const read = ipaddr.IPv6.parse(address)
  return { printed: read.toRFC5952String(), parts: read.parts, partBits: 16 }
}

/** Those that inet_ntop(3) prints with dots: IPv4-mapped, and the IPv4-compatible ones of old (RFC 4291, 2.5.5). */
function isDotted(parts: readonly number[]): boolean {
  if (parts.slice(0, 5).some(part => part !== 0)) return false
  return parts[5] === 0xffff || (parts[5] === 0 && parts[6] !== 0)
}

/** Whether there are ones behind the first `bits` bits. */
function reachesBeyond(parts: readonly number[], partBits: number, bits: number): boolean {
  const whole = Math.floor(bits / partBits)
  const cut = (parts[whole] ?? 0) % 2 ** (partBits - (bits % partBits))
  return cut !== 0 || parts.slice(whole + 1).some(part => part !== 0)
}

function correction(text: string, address: string, bits: number): string {
  const { IPv4, IPv6 } = ipaddr
  const start = (address.includes(":") ? IPv6 : IPv4).networkAddressFromCIDR(`${address}/${bits}`).toString()
  return `found ${text}, an address within a network; write ${start}/${bits} for the network, or ${address} for that address`
}

export const network = z
  .string({ error: expected(NETWORK) })
  .transform((text, ctx) => {
    const read = readNetwork(text)
    if (read.ok) return read.network
    ctx.addIssue(read.message)
    return z.NEVER
  })
  .meta({ title: "an address or a network" })
