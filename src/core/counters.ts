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
