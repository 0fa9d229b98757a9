import type { Family } from "../ip-family.ts"
import type { DebugRules } from "./chains.ts"
import { matchesOf, type Selection } from "./selection.ts"

/** Solicitation and advertisement (RFC 4861): what ARP is to IPv4, and no part of any flow. */
const NEIGHBOUR_DISCOVERY = [135, 136].map(type => `-p icmpv6 -m icmp6 --icmpv6-type ${type} -j RETURN`)

/**
 * Has the kernel tell of every rule that the first packets of a flow meet. The raw table comes before connection
 * tracking, so there "first" can only be a number of packets: as many as `packets`, and one more for each hour. Slower
 * than that, legacy's xt_limit overflows.
 */
export function traceRules(chain: string, family: Family, selection: Selection, packets: number): DebugRules {
  const selector = matchesOf(selection, family)
  return {
    table: "raw",
    chain,
    jumps: ["PREROUTING", "OUTPUT"].map(from => ({ from, selector })),
    rules: [...(family === 6 ? NEIGHBOUR_DISCOVERY : []), `-m limit --limit 1/hour --limit-burst ${packets} -j TRACE`],
  }
}
