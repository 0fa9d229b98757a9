import { isOurs } from "../reconcile.ts"
import { BALANCE_CHAIN } from "../ruleset.ts"
import { chainOf, type Saved } from "../saved.ts"
import type { Checkup, Firewall } from "./checkup.ts"
import { ok, problem, warning, type Finding } from "./finding.ts"

/** A rule of somebody else's in iptables. */
interface ForeignRule {
  readonly backend: "nft" | "legacy"
  readonly table: string
  readonly chain: string
  readonly rule: string
}

/** Other people's rules that get in the way of ours. */
export function diagnoseMarks({ config, firewall }: Checkup): readonly Finding[] {
  if (firewall.kind !== "found") return []
  const foreign = foreignRules(firewall.saved)
  const meddling = foreign.flatMap(rule => meddlingIn(rule, config.markMask) ?? [])
  const clean = ok("marks", `nobody else's iptables rule touches the bits of ${hex(config.markMask)}`)
  return [...(meddling.length === 0 ? [clean] : meddling), ...balanceChain(firewall, foreign)]
}

function foreignRules(saved: Readonly<Partial<Record<"nft" | "legacy", Saved>>>): readonly ForeignRule[] {
  return (["nft", "legacy"] as const).flatMap(backend =>
    [...(saved[backend] ?? [])].flatMap(([table, chains]) =>
      [...chains].flatMap(([chain, rules]) =>
        isOurs(chain) && (chain !== BALANCE_CHAIN || table === "mangle")
          ? []
          : rules.map(rule => ({ backend, table, chain, rule })),
      ),
    ),
  )
}

/** Setting our bits sends flows elsewhere. Copying them between packet and flow is what our own rules do too: mostly harmless. */
function meddlingIn(foreign: ForeignRule, mask: number): Finding | null {
  const { rule } = foreign
  const text = `${foreign.table} ${foreign.chain} ${rule}`
  if (overlap(bitsSet(rule), mask))
    return problem("marks", `another rule sets bits of ${hex(mask)}: ${text}`, deleteCommand(foreign))
  if (overlap(bitsCopied(rule), mask))
    return warning("marks", `another rule copies marks with bits of ${hex(mask)}: ${text}`, deleteCommand(foreign))
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

function overlap(a: number, b: number): boolean {
  return (a & b) !== 0
}

function deleteCommand({ backend, table, chain, rule }: ForeignRule): string {
  return `iptables-${backend} -t ${table} -D ${chain} ${rule}`
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

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
