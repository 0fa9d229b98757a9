import type { Config } from "../config.ts"
import type { FamilyName } from "../family.ts"

/** A connection as conntrack(8) prints it: of whom, to whom, over which link. */
export interface TrackedFlow {
  readonly family: FamilyName
  /** `tcp`, `udp`, `icmp`, … */
  readonly protocol: string
  readonly from: string
  readonly to: string
  /** Null where the protocol has none. */
  readonly fromPort: number | null
  readonly toPort: number | null
  /** The address that its replies are sent to: another than `from` when the source is translated. */
  readonly repliesTo: string
  readonly mark: number
}

/** One line of `conntrack -E` or `-L`, with `-o extended`; null: no flow, or one that cannot be read. */
export function parseFlow(line: string): TrackedFlow | null {
  const [, family, protocol] = /\b(ipv[46]) +\d+ (\w+) +\d/.exec(line) ?? []
  const [from, repliesFrom] = valuesOf("src", line)
  const [to, repliesTo] = valuesOf("dst", line)
  if (family === undefined || protocol === undefined || from === undefined || to === undefined) return null
  if (repliesFrom === undefined || repliesTo === undefined) return null
  const [fromPort, toPort] = [valuesOf("sport", line)[0], valuesOf("dport", line)[0]]
  return {
    family: family === "ipv6" ? "ipv6" : "ipv4",
    protocol,
    from,
    to,
    fromPort: fromPort === undefined ? null : Number(fromPort),
    toPort: toPort === undefined ? null : Number(toPort),
    repliesTo,
    mark: Number(valuesOf("mark", line)[0] ?? 0),
  }
}

/** Of the original direction first, then of the reply's. */
function valuesOf(name: string, line: string): readonly string[] {
  return [...line.matchAll(new RegExp(` ${name}=(\\S+)`, "g"))].flatMap(([, value]) => value ?? [])
}

/** A new flow that was given to a link. */
export interface GivenFlow extends Omit<TrackedFlow, "mark"> {
  readonly link: string
}

/** Null: none of a link's, or one that came in by it: `own` are the router's addresses. */
export function givenFlow(line: string, { links, markMask }: Config, own: readonly string[]): GivenFlow | null {
  const flow = parseFlow(line)
  if (flow === null || own.includes(flow.to)) return null
  const { mark, ...seen } = flow
  const link = links.find(candidate => candidate.mark === (mark & markMask) >>> 0)
  return link === undefined ? null : { link: link.name, ...seen }
}
