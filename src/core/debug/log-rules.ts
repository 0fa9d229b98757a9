import type { LinkConfig } from "../config.ts"
import type { FamilyConfig } from "../family.ts"
import { hex } from "../hex.ts"
import type { DebugRules } from "./chains.ts"
import { matchesOf, type Selection } from "./selection.ts"

/** iptables-extensions(8), LOG. */
const LONGEST_PREFIX = 29

export interface Logging {
  readonly selection: Selection
  /** Null: every link. */
  readonly link: string | null
  /** New flows a second and link; a burst of twice as many is let pass. */
  readonly perSecond: number
}

/**
 * Logs the first packet of each flow that was given to one of these links. FORWARD and POSTROUTING come after all
 * marking, whatever the order of the jumps. The flow's own mark is asked for: probes bear one only in their packets.
 */
export function logRules(chain: string, config: FamilyConfig, { selection, link, perSecond }: Logging): DebugRules {
  const matches = matchesOf(selection, config.family)
  const forwarded = config.lan.map(device => ({ from: "FORWARD", selector: joined(`-i ${device}`, matches) }))
  const links = config.links.filter(({ name }) => link === null || name === link)
  const own = { from: "POSTROUTING", selector: joined(matches, "-m addrtype --src-type LOCAL") }
  return {
    table: "mangle",
    chain,
    jumps: [...forwarded, own],
    rules: [NOT_NEW, ...links.map(link => logRule(link, config.markMask, perSecond))],
  }
}

/** A flow is confirmed when its first packet leaves the router (nf_conntrack_confirm): until then it is that packet. */
const NOT_NEW = "-m conntrack --ctstatus CONFIRMED -j RETURN"

function logRule({ name, mark }: LinkConfig, mask: number, perSecond: number): string {
  const limit = `-m limit --limit ${perSecond}/sec --limit-burst ${2 * perSecond}`
  return `-m connmark --mark ${hex(mark)}/${hex(mask)} ${limit} -j LOG --log-prefix "${prefixOf(name)}"`
}

/** `evenkeel isp1: `; a long name is cut. */
export function prefixOf(link: string): string {
  const end = ": "
  return `evenkeel ${link}`.slice(0, LONGEST_PREFIX - end.length) + end
}

function joined(...parts: readonly string[]): string {
  return parts.filter(Boolean).join(" ")
}
