import type { AskedPin, KeptPin } from "../core/pins.ts"
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
