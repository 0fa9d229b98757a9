/** What `xtables-monitor --trace` tells of one packet, line by line (xtables-monitor(8)). */
export type TraceLine = PacketSeen | RuleMet

/** The packet as it enters one of the kernel's chains. */
export interface PacketSeen {
  readonly kind: "packet"
  /** Tells packets apart. */
  readonly id: string
  readonly inBy: string | null
  readonly outBy: string | null
  readonly from: string
  readonly to: string
  readonly fromPort: number | null
  readonly toPort: number | null
  readonly mark: number
}

export interface RuleMet {
  readonly kind: "rule"
  readonly id: string
  readonly table: string
  readonly chain: string
  /** As `iptables-save` prints it, without `-A CHAIN `; null: the chain's policy, or its end. */
  readonly rule: string | null
  /** `CONTINUE`, `ACCEPT`, `DROP`, `JUMP:EVENKEEL`, … */
  readonly verdict: string
}

/** Null: nothing that is known here. */
export function parseTrace(line: string): TraceLine | null {
  return packetIn(line) ?? ruleIn(line)
}

function packetIn(line: string): PacketSeen | null {
  const [, id, text] = /^ ?PACKET: \d+ ([0-9a-f]+) (.*)$/.exec(line) ?? []
  if (id === undefined || text === undefined) return null
  const value = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(text)?.[1] ?? null
  const number = (name: string) => (value(name) === null ? null : Number(value(name)))
  return {
    kind: "packet",
    id,
    inBy: value("IN"),
    outBy: value("OUT"),
    from: value("SRC") ?? "",
    to: value("DST") ?? "",
    fromPort: number("SPORT"),
    toPort: number("DPORT"),
    mark: number("MARK") ?? 0,
  }
}

function ruleIn(line: string): RuleMet | null {
  const [, id, table, chain, what, rest = ""] =
    /^ ?TRACE: \d+ ([0-9a-f]+) (\w+):([^:\s]+):(rule|policy|return)(?::(.*))?$/.exec(line) ?? []
  if (id === undefined || table === undefined || chain === undefined) return null
  if (what !== "rule") return { kind: "rule", id, table, chain, rule: null, verdict: rest.trim() || "RETURN" }
  const [, verdict = "", rule = ""] = /^0x[0-9a-f]+:(\S+)(?: +-[46] -t \S+ -A \S+ ?(.*?))? *$/.exec(rest) ?? []
  return { kind: "rule", id, table, chain, rule, verdict: VERDICTS[verdict] ?? verdict }
}

/** linux/netfilter/nf_tables.h, nft_verdicts: it has no name for this one in iptables 1.8.9. */
const VERDICTS: Readonly<Record<string, string>> = { "0xfffffffb": "RETURN" }
