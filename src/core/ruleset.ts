import type { Family, LinkConfig, Nat } from "./config.ts"
import type { FamilyConfig } from "./family.ts"
import { hex } from "./hex.ts"
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

export const BALANCE_CHAIN = "LOAD_BALANCE"
export const MOVE_CHAIN = "EVENKEEL_MOVE"

/** Where the kernel enters our chains: one jump each, appended, so that an operator's earlier rules have their say first. */
export const HOOKS = [
  { table: "mangle", chain: "PREROUTING", target: "EVENKEEL" },
  { table: "mangle", chain: "OUTPUT", target: "EVENKEEL_OUT" },
  { table: "nat", chain: "POSTROUTING", target: "EVENKEEL_NAT" },
] as const

/** Chains that only the configuration decides, and those that follow the plan. */
export function rulesetOf(config: FamilyConfig, plan: Plan): Ruleset {
  return {
    mangle: {
      EVENKEEL: forwardedRules(config),
      EVENKEEL_OUT: routerRules(config),
      ...planChains(plan, config.markMask),
    },
    nat: { EVENKEEL_NAT: natRules(config) },
  }
}

/** The two chains that a change of health rewrites. */
export function planChains(plan: Plan, mask: number): Chains {
  return {
    [MOVE_CHAIN]: moveRules(plan, mask),
    [BALANCE_CHAIN]: balanceRules(plan, mask),
  }
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
function forwardedRules({ markMask: mask, links, lan }: FamilyConfig): readonly string[] {
  return [
    restoreMark(mask),
    ...links.map(link => `-i ${link.interface} ${noMark(mask)} ${setMark(link.mark, mask)}`),
    ...lan.flatMap(device => [`-i ${device} ${letGo(mask)}`, `-i ${device} ${balance(mask)}`]),
    saveMark(mask),
  ]
}

/**
 * The router's own packets. Those that bear a mark already (probes) keep it: a restore would overwrite it with 0. Where
 * they are to be left alone, only answers to connections from outside are marked.
 */
function routerRules({ family, markMask: mask, routerTraffic }: FamilyConfig): readonly string[] {
  const keep = `${anyMark(mask)} -j RETURN`
  if (routerTraffic === "leave") return [keep, `${REPLY} ${restoreMark(mask)}`]
  return [keep, restoreMark(mask), letGo(mask), `${OFF_LINK[family]}${balance(mask)}`, saveMark(mask)]
}

/** A flow that is let go draws a new link at once, in its very next packet. */
function moveRules({ move }: Plan, mask: number): readonly string[] {
  const clear = move.map(mark => `${hasMark(mark, mask)} ${setMark(0, mask)}`)
  return clear.length === 0 ? [] : [...clear, `${noMark(mask)} -j ${BALANCE_CHAIN}`]
}

/** MARK does not end a chain, so each rule asks for packets that still bear none; the last one takes what is left. */
function balanceRules({ balance: shares }: Plan, mask: number): readonly string[] {
  return shares.map(({ mark, weight }, i) => {
    const left = shares.slice(i).reduce((sum, share) => sum + share.weight, 0)
    const draw =
      i === shares.length - 1 ? "" : `-m statistic --mode random --probability ${probability(weight / left)} `
    return `${noMark(mask)} ${draw}${setMark(mark, mask)}`
  })
}

/** xt_statistic keeps a probability in steps of 2^-31, and iptables-save prints it with 11 digits. */
function probability(ratio: number): string {
  return (Math.round(ratio * 2 ** 31) / 2 ** 31).toFixed(11)
}

/** Link-local addresses are of one link, which nothing is balanced away from: DHCPv6 and routers' own talk (RFC 4291). */
const OFF_LINK: Readonly<Record<Family, string>> = { 4: "", 6: "! -d fe80::/10 " }

function natRules({ family, links }: FamilyConfig): readonly string[] {
  const rules = links.flatMap(natRule)
  return family === 4 || rules.length === 0 ? rules : ["-s fe80::/10 -j RETURN", ...rules]
}

function natRule({ interface: device, nat }: LinkConfig): readonly string[] {
  const target = natTarget(nat)
  return target === null ? [] : [`-o ${device} -j ${target}`]
}

function natTarget(nat: Nat): string | null {
  if (nat === "none") return null
  if (nat === "masquerade") return "MASQUERADE"
  return "snat" in nat ? `SNAT --to-source ${nat.snat}` : `NETMAP --to ${nat.prefix}`
}

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
function balance(mask: number): string {
  return `${noMark(mask)} -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j ${BALANCE_CHAIN}`
}

function restoreMark(mask: number): string {
  return `-j CONNMARK --restore-mark --nfmask ${hex(mask)} --ctmask ${hex(mask)}`
}

function saveMark(mask: number): string {
  return `${anyMark(mask)} -j CONNMARK --save-mark --nfmask ${hex(mask)} --ctmask ${hex(mask)}`
}

function setMark(mark: number, mask: number): string {
  return `-j MARK --set-xmark ${hex(mark)}/${hex(mask)}`
}

function hasMark(mark: number, mask: number): string {
  return `-m mark --mark ${masked(mark, mask)}`
}

function noMark(mask: number): string {
  return hasMark(0, mask)
}

function anyMark(mask: number): string {
  return `-m mark ! --mark ${masked(0, mask)}`
}

/** iptables-save leaves a full mask out of `--mark`, though not out of `--set-xmark`. */
function masked(mark: number, mask: number): string {
  return mask === 0xffffffff ? hex(mark) : `${hex(mark)}/${hex(mask)}`
}
