import type { Family } from "./ip-family.ts"
import type { FamilyConfig } from "./family.ts"
import { anyMark, hasMark, noMark, restoreMark, saveMark, setMark } from "./mark-words.ts"
import { inboundNatRules, natRules } from "./nat-rules.ts"
import { BALANCE_CHAIN, entryOf, newFlowChains, wayChains, type Steered } from "./new-flow-rules.ts"
import type { Plan } from "./plan.ts"

/**
 * The rules evenkeel wants in one family, in the very words in which `iptables-save` or `ip6tables-save` prints them, so
 * that text can be compared with text. Values come from a validated `Config` only.
 */
export interface Ruleset {
  readonly mangle: Chains
  readonly nat: Chains
}

/** Rules by chain, each without its `-A CHAIN `. */
export type Chains = Readonly<Record<string, readonly string[]>>

export { BALANCE_CHAIN }
export const MOVE_CHAIN = "EVENKEEL_MOVE"

const INBOUND_CHAIN = "EVENKEEL_NAT_IN"

/** Where the kernel enters those of our chains that are wanted: one jump each, appended, so that an operator's earlier rules have their say first. */
export const HOOKS = [
  { table: "mangle", chain: "PREROUTING", target: "EVENKEEL" },
  { table: "mangle", chain: "OUTPUT", target: "EVENKEEL_OUT" },
  { table: "nat", chain: "PREROUTING", target: INBOUND_CHAIN },
  { table: "nat", chain: "POSTROUTING", target: "EVENKEEL_NAT" },
] as const

/** Chains that only the configuration decides, and those that follow the plan. */
export function rulesetOf(config: FamilyConfig, plan: Plan): Ruleset {
  const inbound = inboundNatRules(config)
  return {
    mangle: {
      EVENKEEL: forwardedRules(config),
      EVENKEEL_OUT: routerRules(config),
      ...newFlowChains(config),
      ...planChains(config, plan),
    },
    nat: { EVENKEEL_NAT: natRules(config), ...(inbound !== null && { [INBOUND_CHAIN]: inbound }) },
  }
}

/** The chains that a change of health rewrites. */
export function planChains(config: Steered, plan: Plan): Chains {
  return { [MOVE_CHAIN]: moveRules(plan, entryOf(config), config.markMask), ...wayChains(config, plan) }
}

/** One `iptables-restore --noflush` transaction that empties and refills exactly these chains of one table. */
export function restoreInput(table: string, chains: Chains, hooks: readonly string[] = []): string {
  const names = Object.keys(chains)
  const rules = names.flatMap(chain => (chains[chain] ?? []).map(rule => `-A ${chain} ${rule}`))
  return [`*${table}`, ...names.map(chain => `:${chain} - [0:0]`), ...hooks, ...rules, "COMMIT", ""].join("\n")
}

/**
 * Restore first and on every packet: a flow that has had no reply yet is still NEW in conntrack's eyes, and would draw
 * again with each packet. Whatever comes in by a link belongs to it: connections from outside are answered over it, and
 * flows that are older than these rules are taken on where they are. Only what the LAN began is balanced or moved.
 */
function forwardedRules(config: FamilyConfig): readonly string[] {
  const { markMask: mask, links, lan } = config
  const entry = entryOf(config)
  return [
    restoreMark(mask),
    ...links.map(link => `-i ${link.interface} ${noMark(mask)} ${setMark(link.mark, mask)}`),
    ...lan.flatMap(device => [`-i ${device} ${letGo(mask)}`, `-i ${device} ${draw(entry, mask)}`]),
    saveMark(mask),
  ]
}

/**
 * The router's own packets. Those that bear a mark already (probes) keep it: a restore would overwrite it with 0. Where
 * they are to be left alone, only answers to connections from outside are marked.
 */
function routerRules(config: FamilyConfig): readonly string[] {
  const { family, markMask: mask, routerTraffic } = config
  const keep = `${anyMark(mask)} -j RETURN`
  if (routerTraffic === "leave") return [keep, `${REPLY} ${restoreMark(mask)}`]
  return [keep, restoreMark(mask), letGo(mask), `${OFF_LINK[family]}${draw(entryOf(config), mask)}`, saveMark(mask)]
}

/** A flow that is let go draws a new link at once, in its very next packet. */
function moveRules({ move }: Plan, entry: string, mask: number): readonly string[] {
  const clear = move.map(mark => `${hasMark(mark, mask)} ${setMark(0, mask)}`)
  return clear.length === 0 ? [] : [...clear, `${noMark(mask)} -j ${entry}`]
}

/** Link-local addresses are of one link, which nothing is balanced away from: DHCPv6 and routers' own talk (RFC 4291). */
const OFF_LINK: Readonly<Record<Family, string>> = { 4: "", 6: "! -d fe80::/10 " }

/** The direction that began the flow: a reply cannot choose another way than the one asked by. */
const ORIGINAL = "-m conntrack --ctdir ORIGINAL"
const REPLY = "-m conntrack --ctdir REPLY"

function letGo(mask: number): string {
  return `${anyMark(mask)} ${ORIGINAL} -j ${MOVE_CHAIN}`
}

/**
 * New flows only: an established one without a mark is older than these rules, and drawing for it could break it.
 * UNICAST leaves out the router's own addresses, broadcast and multicast (xt_addrtype asks the local table).
 */
function draw(entry: string, mask: number): string {
  return `${noMark(mask)} -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j ${entry}`
}
