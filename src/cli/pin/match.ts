import type { Argv } from "yargs"
import type { Config } from "../../core/config.ts"
import type { AskedPin } from "../../core/pins.ts"
import { BadUsage } from "../failure.ts"

type Written = AskedPin["match"]

const CONDITIONS = ["from", "to", "proto", "sport", "dport", "set", "dscp", "in"] as const

/** Everything that a policy can ask for, each as it was typed. */
export type MatchOptions = Readonly<Record<(typeof CONDITIONS)[number], string | readonly string[] | undefined>>

export const withMatch = <T>(yargs: Argv<T>) =>
  yargs
    .option("from", { type: "string", requiresArg: true, describe: "from this address or network; several: A,B" })
    .option("to", { type: "string", requiresArg: true, describe: "to this address or network; several: A,B" })
    .option("proto", { type: "string", requiresArg: true, describe: "tcp, udp, icmp, esp, … or a number" })
    .option("sport", { type: "string", requiresArg: true, describe: "from this port or range; with --proto" })
    .option("dport", { type: "string", requiresArg: true, describe: "to this port or range; with --proto" })
    .option("set", { type: "string", requiresArg: true, describe: "to a destination in this set" })
    .option("dscp", { type: "string", requiresArg: true, describe: "0 to 63, or ef, af41, cs1, …" })
    .option("in", { type: "string", requiresArg: true, describe: "in by this LAN interface" })

/** The match as the configuration would write it. @throws BadUsage */
export function matchOf(what: string | undefined, options: MatchOptions, sets: Config["sets"]): Written {
  return { ...(what === undefined ? {} : thing(what, sets)), ...asked(options) }
}

export function asksNothing(options: MatchOptions): boolean {
  return Object.keys(asked(options)).length === 0
}

function asked(options: MatchOptions): Written {
  const conditions = CONDITIONS.map(key => [key, [options[key] ?? []].flat()] as const)
  return Object.fromEntries(
    conditions.filter(([, texts]) => texts.length > 0).map(([key, texts]) => [key, values(key, texts)]),
  )
}

/** The configuration takes lists of all but these. */
const SINGLE: readonly string[] = ["set", "dscp", "in"]

function values(key: string, texts: readonly string[]): Written[string] {
  if (!SINGLE.includes(key)) return words(texts.join(","))
  const [text = "", ...more] = texts
  if (more.length > 0) throw new BadUsage(`--${key} ${more.join(" ")}: expected one --${key}`)
  return key === "dscp" ? word(text) : text
}

/** `:443`, `tcp:80,443`, `udp:27015-27030` */
const PORTS = /^([a-z\d]*):([\d,-]+)$/

function thing(what: string, sets: Config["sets"]): Written {
  const names = sets.map(({ name }) => name)
  if (names.includes(what)) return { set: what }
  const [, proto = "", ports] = PORTS.exec(what) ?? []
  if (ports !== undefined) return { proto: proto === "" ? ["tcp", "udp"] : words(proto), dport: words(ports) }
  if (/[.:/]/.test(what)) return { from: words(what) }
  const known = names.length === 0 ? "" : `: ${names.join(", ")}`
  throw new BadUsage(
    `${JSON.stringify(what)}: expected a source (10.0.0.50), ports (:443, tcp:80,443) or the name of a set${known}`,
  )
}

function words(text: string): Written[string] {
  return text.split(",").map(word)
}

/** Only numbers are numbers to the configuration. */
function word(text: string): string | number {
  return /^\d{1,5}$/.test(text) ? Number(text) : text
}
