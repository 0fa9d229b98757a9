import type { Config } from "../config.ts"
import { hex } from "../hex.ts"
import { markUse, type MarkUse } from "../nft-marks.ts"
import { BALANCE_CHAIN } from "../ruleset.ts"
import { chainOf } from "../saved.ts"
import type { Checkup, Firewall, NftRule } from "./checkup.ts"
import { note, ok, problem, warning, type Finding } from "./finding.ts"
import { deleteCommand, foreignRules, type ForeignRule } from "./foreign-rules.ts"
import { otherMask, ownerOf } from "./mark-fields.ts"

/** Other people's rules that get in the way of ours. */
export function diagnoseMarks({ config, firewall, nft }: Checkup): readonly Finding[] {
  if (firewall.kind !== "found") return []
  const foreign = foreignRules(firewall)
  const uses = [...foreign.map(iptablesUse), ...nativeRules(nft?.rules ?? [], firewall).map(nftUse)]
  const meddling = uses.flatMap(use => meddlingIn(use, config, usedBits(uses)) ?? [])
  const clean = ok("marks", `nobody else's rule touches the bits of ${hex(config.markMask)}`)
  return [...(meddling.length === 0 ? [clean] : meddling), ...balanceChain(firewall, foreign)]
}

/** A rule of somebody else's, and what it does with marks. */
interface Use extends MarkUse {
  readonly text: string
  readonly owner: string | null
  readonly deletion: string
}

function iptablesUse(foreign: ForeignRule): Use {
  const { table, chain, rule } = foreign
  const bits = { sets: bitsSet(rule), copies: bitsCopied(rule), reads: bitsRead(rule) }
  return { ...bits, text: `${table} ${chain} ${rule}`, owner: ownerOf(chain, rule), deletion: deleteCommand(foreign) }
}

function nftUse({ family, table, chain, handle, expr }: NftRule): Use {
  const place = `${family} ${table} ${chain}`
  return {
    ...markUse(expr),
    text: `nft ${place} handle ${handle}`,
    owner: ownerOf(`${table} ${chain}`, ""),
    deletion: `nft -a list chain ${place}, then nft delete rule ${place} handle ${handle}`,
  }
}

/** Not those that iptables shows as well. Where it cannot read one of its own tables, nft made that. */
function nativeRules(rules: readonly NftRule[], { saved }: Firewall & { kind: "found" }): readonly NftRule[] {
  const isIptables = ({ family, table }: NftRule) =>
    ["filter", "nat", "mangle", "raw", "security"].includes(table) &&
    (family === "ip6" || (family === "ip" && saved.nft?.has(table) === true))
  return rules.filter(rule => !isIptables(rule))
}

function usedBits(uses: readonly Use[]): number {
  return uses.reduce((bits, { sets, copies }) => bits | sets | copies, 0)
}

/**
 * Setting our bits sends flows elsewhere. Copying them between packet and flow is what our own rules do too: mostly
 * harmless. To go by them is an operator's good right, or an accident.
 */
function meddlingIn({ sets, copies, reads, text, owner, deletion }: Use, config: Config, used: number): Finding | null {
  const mask = config.markMask
  const mend = (owner === null ? null : otherMask(config, used)) ?? deletion
  const whose = owner === null ? "another rule" : `a rule of ${owner}'s`
  if (overlap(sets, mask)) return problem("marks", `${whose} sets bits of ${hex(mask)}: ${text}`, mend)
  if (overlap(copies, mask)) return warning("marks", `${whose} copies marks with bits of ${hex(mask)}: ${text}`, mend)
  if (overlap(reads, mask)) return note("marks", `${whose} goes by marks with bits of ${hex(mask)}: ${text}`)
  return null
}

/** `--set-xmark VALUE/MASK` clears the mask's bits and flips the value's (iptables-extensions(8), MARK and CONNMARK). */
function bitsSet(rule: string): number {
  const [, value, mask] = /-j (?:CONN)?MARK .*--set-xmark (0x[0-9a-f]+)\/(0x[0-9a-f]+)/.exec(rule) ?? []
  return Number(value ?? 0) | Number(mask ?? 0)
}

function bitsCopied(rule: string): number {
  const [, packet, flow] = /-j CONNMARK --(?:save|restore)-mark --nfmask (\S+) --ctmask (\S+)/.exec(rule) ?? []
  return Number(packet ?? 0) | Number(flow ?? 0)
}

/** Without a mask, the mark as a whole is asked for. */
function bitsRead(rule: string): number {
  const [found, mask] = /-m (?:conn)?mark (?:! )?--mark 0x[0-9a-f]+(?:\/(0x[0-9a-f]+))?/.exec(rule) ?? []
  return found === undefined ? 0 : Number(mask ?? 0xffffffff)
}

function overlap(a: number, b: number): boolean {
  return (a & b) !== 0
}

/** A LOAD_BALANCE that nothing of ours calls is somebody else's, and `apply` would take it over. */
function balanceChain(
  { backend, saved }: Firewall & { kind: "found" },
  foreign: readonly ForeignRule[],
): readonly Finding[] {
  const rules = saved[backend] ?? new Map()
  const isTheirs =
    chainOf(rules, "mangle", BALANCE_CHAIN) !== undefined && chainOf(rules, "mangle", "EVENKEEL") === undefined
  const text = `mangle ${BALANCE_CHAIN} is there already and not evenkeel's: apply would replace its rules`
  const rename = `iptables-${backend} -t mangle -E ${BALANCE_CHAIN} OLD_${BALANCE_CHAIN}`
  if (isTheirs) return [problem("chains", text, rename)]
  const callers = foreign.filter(({ table, rule }) => table === "mangle" && rule.endsWith(`-j ${BALANCE_CHAIN}`))
  return callers.map(caller =>
    warning("chains", `${caller.chain} of mangle calls evenkeel's ${BALANCE_CHAIN} too`, deleteCommand(caller)),
  )
}
