import type { LinkConfig } from "../config.ts"
import { obstacle } from "../facts.ts"
import { isOurs, mainTable, type Route, type Rule } from "../kernel.ts"
import { foreignTables, hasMainDefault, noMainDefault } from "../routing.ts"
import { FIRST_PRIORITY } from "../wanted-rules.ts"
import type { Checkup } from "./checkup.ts"
import { note, ok, problem, warning, type Finding } from "./finding.ts"

/** linux/rtnetlink.h RT_TABLE_LOCAL, the router's own addresses, looked up first by every Linux; RT_TABLE_DEFAULT. */
const LOCAL_TABLE = 255
const DEFAULT_TABLE = 253

/** Other people's policy rules and routes that get in the way of ours. */
export function diagnosePolicy(checkup: Checkup): readonly Finding[] {
  const { config, snapshot } = checkup
  const { rules, routes } = snapshot
  const foreign = rules.filter(rule => !isOurs(rule))
  const takers = foreign.filter(rule => takesAll(rule, routes))
  const found = [
    ...foreign.flatMap(rule => (takers.includes(rule) ? [] : (markRule(rule, config.links, config.markMask) ?? []))),
    ...takers.flatMap(rule => (isBeforeOurs(rule, config.links) ? takenAll(rule) : (takesRest(rule) ?? []))),
    ...foreignTables(config, routes).map(takenTable),
    ...noWayOut(checkup),
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

/** Looks up a table that leads everywhere, for every packet, or for all but a VPN's own (`not fwmark`, as wg-quick's). */
function takesAll(rule: Rule, routes: readonly Route[]): boolean {
  const { mark, table, suppressPrefixLength, others } = rule
  const isForAll = mark === null ? others.length === 0 : others.join() === "not"
  if (!isForAll || suppressPrefixLength !== null) return false
  if (table === null || table === LOCAL_TABLE) return false
  return routes.some(route => route.table === table && route.destination === "default")
}

function takenAll(rule: Rule): Finding {
  const text = `an ip rule before evenkeel's routes everything by table ${rule.table ?? ""}: ${textOf(rule)}`
  return problem("routing", text, deletion(rule))
}

/** Behind ours, and not the kernel's own: what carries no mark of a link. */
function takesRest(rule: Rule): Finding | null {
  if (rule.table === mainTable || rule.table === DEFAULT_TABLE) return null
  return note(
    "routing",
    `an ip rule behind evenkeel's leads to table ${rule.table ?? ""}; flows that evenkeel marks do not go there: ${textOf(rule)}`,
  )
}

function noWayOut({ config, snapshot, facts }: Checkup): readonly Finding[] {
  if (hasMainDefault(snapshot.routes)) return []
  const usable = config.links.find(({ name }) => {
    const known = facts.get(name)
    return known !== undefined && obstacle(known) === null
  })
  const gateway = facts.get(usable?.name ?? "")?.gateway ?? null
  const via = `${gateway === null ? "" : `via ${gateway} `}dev ${usable?.interface ?? "INTERFACE"}`
  return [warning("routing", noMainDefault, `ip route add default ${via}`)]
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
