import type { LinkConfig } from "../config.ts"
import { ourProtocol, type Route, type Rule } from "../kernel.ts"
import { FIRST_PRIORITY, foreignTables } from "../routing.ts"
import type { Checkup } from "./checkup.ts"
import { ok, problem, warning, type Finding } from "./finding.ts"

/** linux/rtnetlink.h RT_TABLE_LOCAL: the router's own addresses, looked up first by every Linux. */
const LOCAL_TABLE = 255

/** Other people's policy rules and routes that get in the way of ours. */
export function diagnosePolicy({ config, snapshot }: Checkup): readonly Finding[] {
  const { rules, routes } = snapshot
  const foreign = rules.filter(rule => rule.protocol !== ourProtocol)
  const found = [
    ...foreign.flatMap(rule => markRule(rule, config.links, config.markMask) ?? []),
    ...foreign.filter(rule => isBeforeOurs(rule, config.links) && takesAll(rule, routes)).map(takenAll),
    ...foreignTables(config, routes).map(takenTable),
  ]
  return found.length === 0 ? [ok("routing", "no other rule or route gets in the way of the marks")] : found
}

/** A rule for some of our bits. It takes a link's flows where it matches that link's mark; else it only looks at them. */
function markRule(rule: Rule, links: readonly LinkConfig[], markMask: number): Finding | null {
  const { mark, mask } = rule
  if (mark === null || mask === null || (mask & markMask) === 0) return null
  const victims = links.filter(link => (link.mark & mask) >>> 0 === mark).map(link => link.name)
  if (victims.length > 0 && isBeforeOurs(rule, links) && !rule.others.includes("not"))
    return problem(
      "routing",
      `another ip rule takes the flows of ${victims.join(", ")}: ${textOf(rule)}`,
      deletion(rule),
    )
  return warning("routing", `another ip rule looks at bits of ${hex(markMask)}: ${textOf(rule)}`, deletion(rule))
}

/** Looks up a table that leads everywhere, for every packet. */
function takesAll(rule: Rule, routes: readonly Route[]): boolean {
  const { mark, table, suppressPrefixLength, others } = rule
  if (mark !== null || others.length > 0 || suppressPrefixLength !== null) return false
  if (table === null || table === LOCAL_TABLE) return false
  return routes.some(route => route.table === table && route.destination === "default")
}

function takenAll(rule: Rule): Finding {
  const text = `an ip rule before evenkeel's routes everything by table ${rule.table ?? ""}: ${textOf(rule)}`
  return problem("routing", text, deletion(rule))
}

function takenTable({ name, table }: LinkConfig): Finding {
  const text = `${name}: table ${table} holds a default route of somebody else's; apply and run refuse that`
  return problem("routing", text, `ip route del default table ${table}`)
}

function isBeforeOurs({ priority }: Rule, links: readonly LinkConfig[]): boolean {
  return priority <= FIRST_PRIORITY + links.length
}

function textOf({ priority, mark, mask, table, others }: Rule): string {
  const marks = mark === null ? [] : [`fwmark ${hex(mark)}/${hex(mask ?? 0xffffffff)}`]
  return [`pref ${priority}`, ...others, ...marks, ...(table === null ? [] : [`lookup ${table}`])].join(" ")
}

function deletion({ priority }: Rule): string {
  return `ip rule del pref ${priority}`
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
