import type { FamilyName } from "./family.ts"
import { isOurs } from "./reconcile.ts"

/** One rule of a chain with what it has matched since it was written. */
export interface RuleCounter {
  readonly packets: number
  readonly bytes: number
  /** As `iptables-save` prints it, without `-A CHAIN `. */
  readonly rule: string
}

/** The rules of one chain in `iptables-save -c` output, where each begins with `[packets:bytes]` (iptables-save(8)). */
export function ruleCounters(text: string, chain: string): readonly RuleCounter[] {
  return text.split("\n").flatMap(line => {
    const [, packets, bytes, found, rule] = /^\[(\d+):(\d+)\] -A (\S+) (.*?) *$/.exec(line) ?? []
    return found === chain ? [{ packets: Number(packets), bytes: Number(bytes), rule: rule ?? "" }] : []
  })
}

/** One rule of one of our chains, and what it has matched. */
export interface ChainCounter extends RuleCounter {
  readonly family: FamilyName
  readonly table: string
  readonly chain: string
}

/** The rules of all chains that are ours, in the order of `iptables-save -c`. */
export function chainCounters(family: FamilyName, table: string, text: string): readonly ChainCounter[] {
  const chains = [...text.matchAll(/^:(\S+) /gm)].flatMap(([, chain]) => chain ?? []).filter(isOurs)
  return chains.flatMap(chain => ruleCounters(text, chain).map(counter => ({ family, table, chain, ...counter })))
}

/** What was counted between two looks. A rule that was written again since has begun anew. */
export function countedSince(before: readonly ChainCounter[], now: readonly ChainCounter[]): readonly ChainCounter[] {
  return now.map(counter => {
    const old = before.find(candidate => isSameRule(candidate, counter))
    if (old === undefined || old.packets > counter.packets) return counter
    return { ...counter, packets: counter.packets - old.packets, bytes: counter.bytes - old.bytes }
  })
}

function isSameRule(a: ChainCounter, b: ChainCounter): boolean {
  return a.family === b.family && a.table === b.table && a.chain === b.chain && a.rule === b.rule
}
