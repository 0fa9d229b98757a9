import ipaddr from "ipaddr.js"
import { z } from "zod"
import { expected } from "./problems.ts"

const NETWORK = "an address or a network, such as 10.0.0.5, 10.0.0.0/24 or 2001:db8::/32"

type Read = { readonly ok: true; readonly network: string } | { readonly ok: false; readonly message: string }

/** `text` in the one spelling that iptables-save(8) prints, always with its length: `10.0.0.5/32`. */
export function readNetwork(text: string): Read {
  const [, address = "", length] = /^([\da-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/i.exec(text) ?? []
  const { kind, longest } = address.includes(":") ? IPV6 : IPV4
  const bits = Number(length ?? longest)
  if (!isAddress(address) || bits > longest) return { ok: false, message: expected(NETWORK)({ input: text }) }
  const given = kind.parse(address)
  if (isDotted(given))
    return { ok: false, message: `found ${text}, an IPv4 address in IPv6's clothes; write it as IPv4` }
  const network = `${kind.networkAddressFromCIDR(`${address}/${bits}`).toString()}/${bits}`
  if (network === `${given.toString()}/${bits}`) return { ok: true, network }
  const message = `found ${text}, an address within a network; write ${network} for the network, or ${given.toString()} for that address`
  return { ok: false, message }
}

const IPV4 = { kind: ipaddr.IPv4, longest: 32 } as const
const IPV6 = { kind: ipaddr.IPv6, longest: 128 } as const

/** Strictly four decimal parts: inet_aton(3) would read 010.1 as 8.0.0.1. */
function isAddress(text: string): boolean {
  return text.includes(":") ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)
}

/** Those that inet_ntop(3) prints with dots: IPv4-mapped, and the IPv4-compatible ones of old (RFC 4291, 2.5.5). */
function isDotted(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (!("parts" in address) || address.parts.slice(0, 5).some(part => part !== 0)) return false
  return address.parts[5] === 0xffff || (address.parts[5] === 0 && address.parts[6] !== 0)
}

export const network = z.string({ error: expected(NETWORK) }).transform((text, ctx) => {
  const read = readNetwork(text)
  if (read.ok) return read.network
  ctx.addIssue(read.message)
  return z.NEVER
})
