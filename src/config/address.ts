import ipaddr from "ipaddr.js"
import { z } from "zod"
import { either, expected } from "./problems.ts"
import { refuse } from "./strings.ts"

/** Why an address of this kind can be no next hop, source or probe target of a link. */
const UNFIT: Readonly<Record<string, string>> = {
  unspecified: "a source of hosts without an address (RFC 1122): nothing answers there",
  loopback: "a loopback address: this router answers by itself, whatever its links do",
  multicast: "a multicast address: no single host answers for it",
  broadcast: "the broadcast address: no single host answers for it",
}

const HOST_ADDRESS = "the IPv4 address of one host in four decimal parts, such as 192.0.2.1"

/** Why `text` is not the IPv4 address of one other host, which is part of what is `allowed` there; else undefined. */
export function unfitAddress(text: string, allowed: string): string | undefined {
  // Strictly four decimal parts: inet_aton(3) would read 010.1 as 8.0.0.1.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text)) return expected(allowed)({ input: text })
  const reason = UNFIT[ipaddr.IPv4.parse(text).range()]
  return reason === undefined ? undefined : `found ${text}, ${reason}; expected ${allowed}`
}

/** The address of one host, or one of `words`. */
export function address(...words: readonly string[]) {
  const allowed = either(words, HOST_ADDRESS)
  return z
    .string({ error: expected(allowed) })
    .superRefine(refuse(text => (words.includes(text) ? undefined : unfitAddress(text, allowed))))
    .meta({ title: either(words, "an IPv4 address") })
}

const HOST_ADDRESS_6 = "the IPv6 address of one host, such as 2001:db8::1"

/** As RFC 5952 writes it, which is how the kernel's tools print it: or one of `words`. */
export function address6(...words: readonly string[]) {
  const allowed = either(words, HOST_ADDRESS_6)
  return z
    .string({ error: expected(allowed) })
    .superRefine(refuse(text => (words.includes(text) ? undefined : unfitAddress6(text, allowed))))
    .transform(text => (words.includes(text) ? text : ipaddr.IPv6.parse(text).toRFC5952String()))
    .meta({ title: either(words, "an IPv6 address") })
}

function unfitAddress6(text: string, allowed: string): string | undefined {
  // A zone (fe80::1%eth0) says what the link's interface says already.
  if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return expected(allowed)({ input: text })
  const range = ipaddr.IPv6.parse(text).range()
  const reason = range === "ipv4Mapped" ? "an IPv4 address in IPv6's clothes (RFC 4291, 2.5.5.2)" : UNFIT[range]
  return reason === undefined ? undefined : `found ${text}, ${reason}; expected ${allowed}`
}

const PREFIX_6 = "an IPv6 prefix of at most 64 bits, such as 2001:db8:1::/56"

/** A network that is translated into, host for host. */
export const prefix6 = z
  .string({ error: expected(PREFIX_6) })
  .transform((text, ctx) => {
    const [network, bits] = ipaddr.IPv6.isValidCIDR(text) ? ipaddr.IPv6.parseCIDR(text) : []
    if (network === undefined || bits === undefined || bits < 1 || bits > 64 || network.range() === "multicast") {
      ctx.addIssue(expected(PREFIX_6)({ input: text }))
      return z.NEVER
    }
    const start = `${ipaddr.IPv6.networkAddressFromCIDR(text).toRFC5952String()}/${bits}`
    if (start === `${network.toRFC5952String()}/${bits}`) return start
    ctx.addIssue(`found ${text}, which has bits beyond its length; expected ${start}`)
    return z.NEVER
  })
  .meta({ title: PREFIX_6 })
