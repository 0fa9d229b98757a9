import type { Config } from "../core/config.ts"
import { viewOf } from "../core/family.ts"
import { setNames } from "../core/ipsets.ts"
import { matchRules } from "../core/match.ts"
import type { AskedPin, KeptPin } from "../core/pins.ts"
import type { PolicyConfig } from "../core/policy-config.ts"
import { clock } from "./format.ts"

const PREPOSITIONS: Readonly<Record<string, string>> = {
  from: "from",
  to: "to",
  proto: "of",
  sport: "from port",
  dport: "to port",
  set: "to set",
  dscp: "with dscp",
  in: "in by",
}

/** `from 10.0.0.50`, `of tcp to port 80,443`: which flows. */
export function matchText({ match }: Pick<AskedPin, "match">): string {
  const conditions = Object.entries(PREPOSITIONS).flatMap(([key, preposition]) => {
    const words = [match[key] ?? []].flat()
    return words.length === 0 ? [] : [`${preposition} ${words.join(",")}`]
  })
  return conditions.join(" ")
}

export const WITHOUT_LINKS: Readonly<Record<AskedPin["ifDown"], string>> = {
  next: "as if not pinned",
  balance: "balanced",
  block: "refused",
}

/** `from 10.0.0.50 → isp1, else isp2`. */
export function pinText(pin: Omit<KeptPin, "name" | "until">): string {
  const rest = pin.ifDown === "next" ? [] : [WITHOUT_LINKS[pin.ifDown]]
  return `${matchText(pin)} → ${[...pin.use, ...rest].join(", else ")}`
}

/** ` until 2026-01-31 12:00:00`, or nothing. */
export function untilText(until: string | null): string {
  return until === null ? "" : ` until ${clock(until)}`
}

/** A port or a set means both families, and a link may be one of IPv4's alone. */
export function withoutIpv6({ use, ifDown }: AskedPin, { match }: PolicyConfig, config: Config): string {
  const { links } = viewOf(config, 6)
  const isMeant = links.length > 0 && matchRules(match, 6, setNames(config.sets)).length > 0
  if (!isMeant || links.some(({ name }) => use.includes(name))) return ""
  return `${use.join(" and ")} ${use.length === 1 ? "carries" : "carry"} no IPv6 (no IPv6 probe): over IPv6 such flows are ${WITHOUT_LINKS[ifDown]}.\n`
}
