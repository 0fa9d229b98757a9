import type { Status } from "./status-shape.ts"

/** Why the router cannot be relied on yet, in words; none: it can. */
export function readiness({ rulesInSync, links }: Pick<Status, "rulesInSync" | "links">): readonly string[] {
  const unknown = links
    .filter(({ state }) => state === "unknown")
    .map(({ name }) => `the state of ${name} is not known`)
  const unknown6 = links
    .filter(({ ipv6 }) => ipv6?.state === "unknown")
    .map(({ name }) => `the state of ${name} in IPv6 is not known`)
  return [...(rulesInSync ? [] : ["the rules are not in sync"]), ...unknown, ...unknown6]
}
