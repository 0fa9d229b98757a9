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
}
