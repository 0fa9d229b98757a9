import { chainOf, type Saved } from "../saved.ts"

/**
 * The chains of `evenkeel debug`, one a run: `EVENKEEL_DEBUG_LOG_4711`. Nobody waits for whoever made them to clear them
 * away: each jump into one bears the time at which the kernel stops to follow it.
 */
export function isDebugChain(chain: string): boolean {
  return chain.startsWith("EVENKEEL_DEBUG_")
}

/** Which tables a run of `debug` may write to. */
export const DEBUG_TABLES = ["raw", "mangle"] as const

/** What one run of `debug` puts into one table. */
export interface DebugRules {
  readonly table: (typeof DEBUG_TABLES)[number]
  readonly chain: string
  /** Whose packets are led into the chain, and from which of the kernel's chains. */
  readonly jumps: readonly { readonly from: string; readonly selector: string }[]
  readonly rules: readonly string[]
}

/** When they hold, in milliseconds since 1970. */
export interface Period {
  readonly startMs: number
  readonly stopMs: number
}

/** Input for `iptables-restore --noflush` that puts them in, to end by themselves. */
export function debugInput({ table, chain, jumps, rules }: DebugRules, period: Period): string {
  const lines = [
    ...jumps.map(({ from, selector }) => `-A ${from} ${selector ? `${selector} ` : ""}${during(period)} -j ${chain}`),
    ...rules.map(rule => `-A ${chain} ${rule}`),
  ]
  return [`*${table}`, `:${chain} - [0:0]`, ...lines, "COMMIT", ""].join("\n")
}

/**
 * The kernel compares with its own clock, in UTC (iptables-extensions(8), time). The start matters too: a clock that is
 * set back beyond it ends the rule instead of prolonging it.
 */
function during({ startMs, stopMs }: Period): string {
  return `-m time --datestart ${timeText(startMs)} --datestop ${timeText(stopMs)}`
}

/** Whole seconds, without a zone. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

/** Whoever made a chain clears it away itself, and is given so long to do so. */
const GRACE_MS = 3_000

/** Chains of `debug` that the kernel follows no more. `nowMs` since 1970. */
export function expiredChains(saved: Saved, nowMs: number): readonly string[] {
  return debugChains(saved).filter(chain =>
    DEBUG_TABLES.flatMap(table => jumpsTo(chain, table, saved)).every(({ rule }) => stopOf(rule) + GRACE_MS < nowMs),
  )
}

export function debugChains(saved: Saved): readonly string[] {
  const names = DEBUG_TABLES.flatMap(table => [...(saved.get(table)?.keys() ?? [])])
  return [...new Set(names.filter(isDebugChain))]
}

/** Input that takes these chains away, with what leads into them; empty: there is nothing. */
export function debugRemoval(
  chains: readonly string[],
  saved: Saved,
): { readonly input: string; readonly what: readonly string[] } {
  const parts = DEBUG_TABLES.map(table => ({ table, lines: chains.flatMap(chain => withdrawal(chain, table, saved)) }))
  const filled = parts.filter(({ lines }) => lines.length > 0)
  return {
    input: filled.map(({ table, lines }) => [`*${table}`, ...lines, "COMMIT", ""].join("\n")).join(""),
    what: filled.flatMap(({ table, lines }) => lines.map(line => `${table} ${line}`)),
  }
}

function withdrawal(chain: string, table: string, saved: Saved): readonly string[] {
  if (chainOf(saved, table, chain) === undefined) return []
  const jumps = jumpsTo(chain, table, saved).map(({ from, rule }) => `-D ${from} ${rule}`)
  return [...jumps, `-F ${chain}`, `-X ${chain}`]
}

function jumpsTo(chain: string, table: string, saved: Saved) {
  return [...(saved.get(table) ?? [])].flatMap(([from, rules]) =>
    rules.filter(rule => rule.endsWith(`-j ${chain}`)).map(rule => ({ from, rule })),
  )
}

/** Milliseconds since 1970; a jump without an end is nobody's that `debug` made, and counts as over. */
function stopOf(rule: string): number {
  const text = /--datestop (\S+)/.exec(rule)?.[1]
  return text === undefined ? -Infinity : Date.parse(`${text}Z`)
}
