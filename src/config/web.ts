import ipaddr from "ipaddr.js"
import { z } from "zod"
import type { Endpoint } from "../core/share-config.ts"
import { hostAddress } from "./host-address.ts"
import { hostName } from "./host-name.ts"
import { expected } from "./problems.ts"
import { secret } from "./secret.ts"
import { list, mapping } from "./values.ts"

const LISTEN = "an address of this router and a port, such as 127.0.0.1:9477 or [::1]:9477"

/** Why nothing can listen on such an address. */
const UNFIT: Readonly<Record<string, string>> = {
  multicast: "a multicast address",
  broadcast: "the broadcast address",
  ipv4Mapped: "an IPv4 address in other words",
}

/** A name would be looked up at each start, and may then mean another interface than the operator thought of. */
const listen = z.string({ error: expected(LISTEN) }).transform((text, ctx): Endpoint => {
  const [, bracketed, plain = "", digits] = /^(?:\[([\da-fA-F:.]+)\]|([\d.]+)):([1-9]\d{0,4})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const isAddress = bracketed === undefined ? ipaddr.IPv4.isValidFourPartDecimal(host) : ipaddr.IPv6.isValid(host)
  const unfit = isAddress ? UNFIT[ipaddr.parse(host).range()] : undefined
  if (isAddress && Number(digits) <= 65_535 && unfit === undefined)
    return { host: ipaddr.parse(host).toString(), port: Number(digits) }
  ctx.addIssue(unfit === undefined ? expected(LISTEN)({ input: text }) : `found ${text}, ${unfit}; expected ${LISTEN}`)
  return z.NEVER
})

const HOST = "a host name or an address by which browsers ask for the page, without a port, such as router.lan"

/** `web`: where the page is. Its token is still as it was written. */
export const web = mapping({
  listen: listen.describe("an address of this router and a port; whoever reaches it may read"),
  token: secret.optional().describe("who has it may drain and weigh links; without, nobody may"),
  hosts: list(z.union([hostName, hostAddress], { error: expected(HOST) }), 0, 32, "hosts")
    .default([])
    .describe("further names by which browsers ask for it; others are refused"),
})

export type WebDocument = z.output<typeof web>
