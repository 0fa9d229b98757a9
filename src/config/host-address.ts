import ipaddr from "ipaddr.js"
import { z } from "zod"
import { unfitAddress } from "./address.ts"
import { expected } from "./problems.ts"

/** Why an IPv6 address can be no target of a link's probes. */
const UNFIT: Readonly<Record<string, string>> = {
  unspecified: "the address of nobody (RFC 4291)",
  loopback: "the loopback address: this router answers by itself, whatever its links do",
  multicast: "a multicast address: no single host answers for it",
  linkLocal: "a link-local address: it is known on one cable only, so it proves nothing about what is beyond",
  ipv4Mapped: "an IPv4 address in other words: write that",
}

const HOST = "the IPv4 or IPv6 address of one host, such as 192.0.2.1 or 2001:db8::1"

/** Why `text` is not the address of one other host, IPv4 or IPv6; else undefined. */
export function unfitHost(text: string, allowed: string): string | undefined {
  if (!text.includes(":")) return unfitAddress(text, allowed)
  // A zone (fe80::1%eth0) belongs to link-local addresses, and would be text that reaches the kernel's tools.
  if (text.includes("%") || !ipaddr.IPv6.isValid(text)) return expected(allowed)({ input: text })
  const reason = UNFIT[ipaddr.IPv6.parse(text).range()]
  return reason === undefined ? undefined : `found ${text}, ${reason}; expected ${allowed}`
}

/** One text for one address: RFC 5952. */
export function canonical(address: string): string {
  return ipaddr.parse(address).toString()
}

/** The address of one host, of either family. */
export const hostAddress = z
  .string({ error: expected(HOST) })
  .transform((text, ctx) => {
    const unfit = unfitHost(text, HOST)
    if (unfit === undefined) return canonical(text)
    ctx.addIssue(unfit)
    return z.NEVER
  })
  .meta({ title: "an IPv4 or IPv6 address" })

const ENDPOINT = "an address and a port from 1 to 65535, such as 192.0.2.1:53 or [2001:db8::1]:53"

/** An address with its port, which may be left out where there is a default. */
export function endpoint(defaultPort?: number) {
  const allowed = defaultPort === undefined ? ENDPOINT : `${HOST}; a port may follow, as in [2001:db8::1]:53`
  return z
    .string({ error: expected(allowed) })
    .transform((text, ctx) => {
      const { host, port } = parts(text, defaultPort)
      const unfit = port <= 65_535 ? unfitHost(host, allowed) : expected(allowed)({ input: text })
      if (unfit === undefined) return { address: canonical(host), port }
      ctx.addIssue(unfit)
      return z.NEVER
    })
    .meta({ title: defaultPort === undefined ? "ADDRESS:PORT" : `ADDRESS or ADDRESS:PORT (${defaultPort})` })
}

/** A port of NaN: none was found, and none may be left out. */
function parts(text: string, defaultPort = NaN): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]%]*:[^\]%]*)\]|([^:[\]]*)):([1-9]\d{0,4})$/.exec(text)
  if (match === null) return { host: text, port: defaultPort }
  const [, bracketed, plain = "", digits] = match
  return { host: bracketed ?? plain, port: Number(digits) }
}
