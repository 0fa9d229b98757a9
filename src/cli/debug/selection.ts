import ipaddr from "ipaddr.js"
import type { Argv } from "yargs"
import { parseDuration } from "../../config/duration.ts"
import type { Protocol, Selection } from "../../core/debug/selection.ts"
import { BadUsage } from "../failure.ts"
import { withJson, type PrintOptions } from "../options.ts"

/** How `debug` is told which flows to look at, and for how long. */
export interface SelectionOptions extends PrintOptions {
  readonly for: string
  readonly from: string | undefined
  readonly to: string | undefined
  readonly proto: Protocol | undefined
  readonly dport: number | undefined
}

const PROTOCOLS: readonly Protocol[] = ["tcp", "udp", "icmp"]

export const withSelection = <T>(yargs: Argv<T>) =>
  withFor(withJson(yargs))
    .option("from", { type: "string", requiresArg: true, describe: "only from this address or subnet" })
    .option("to", { type: "string", requiresArg: true, describe: "only to this address or subnet" })
    .option("proto", { choices: PROTOCOLS, requiresArg: true, describe: "only this protocol" })
    .option("dport", { type: "number", requiresArg: true, describe: "only to this port of TCP or UDP (see --proto)" })

export const withFor = <T>(yargs: Argv<T>) =>
  yargs.option("for", { type: "string", requiresArg: true, default: "60s", describe: "when it ends by itself" })

/** @throws BadUsage */
export function selectionOf({ from, to, proto, dport }: SelectionOptions): Selection {
  const selection = { from: subnet("--from", from), to: subnet("--to", to), protocol: proto, port: port(dport, proto) }
  const families = [selection.from, selection.to].filter(text => text !== undefined).map(text => text.includes(":"))
  if (families[0] !== undefined && families.includes(!families[0]))
    throw new BadUsage(`--from ${from ?? ""} --to ${to ?? ""}: one is IPv4 and the other IPv6; no flow is both`)
  return selection
}

const LONGEST_MS = 24 * 3_600_000

/** @throws BadUsage */
export function durationOf(text: string): number {
  const durationMs = parseDuration(text)
  if (durationMs !== undefined && durationMs >= 1000 && durationMs <= LONGEST_MS) return durationMs
  throw new BadUsage(`--for ${text}: expected a duration from 1s to 24h, such as 30s, 5m or 1h`)
}

/** As the kernel's tools print it. */
function subnet(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const whole = text.includes(":") ? `${text}/128` : `${text}/32`
  const cidr = text.includes("/") ? text : whole
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr))
    return ipaddr.IPv4.networkAddressFromCIDR(cidr).toString() + lengthOf(cidr)
  if (!text.includes("%") && ipaddr.IPv6.isValidCIDR(cidr))
    return ipaddr.IPv6.networkAddressFromCIDR(cidr).toRFC5952String() + lengthOf(cidr)
  throw new BadUsage(
    `${option} ${text}: expected an address or a subnet, such as 10.0.0.50, 10.0.0.0/24 or 2001:db8::1`,
  )
}

function lengthOf(cidr: string): string {
  return cidr.slice(cidr.indexOf("/"))
}

function port(number: number | undefined, protocol: Protocol | undefined): number | undefined {
  if (number === undefined) return undefined
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new BadUsage(`--dport ${number}: expected a port from 1 to 65535`)
  if (protocol === "tcp" || protocol === "udp") return number
  throw new BadUsage(`--dport ${number}: say of which protocol, --proto tcp or --proto udp`)
}
