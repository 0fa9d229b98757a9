import type { LinkStatus, Status } from "../../../core/status-shape.ts"
import { percent } from "../../../core/figures.ts"
import { listed } from "../words.ts"

/** The whole router in two sentences, as one would say it aloud. */
export function headline({ links }: Pick<Status, "links">): string {
  return `${statesSentence(links)} ${sharesSentence(links)}`
}

function statesSentence(links: readonly LinkStatus[]): string {
  if (links.length === 0) return "No links are known."
  if (links.every(({ state }) => state === "down")) return "Every link is down."
  const troubles = [
    ...trouble(
      links.filter(({ state }) => state === "down"),
      "",
      "down",
    ),
    ...trouble(
      links.filter(({ state }) => state === "degraded"),
      "",
      "degraded",
    ),
    ...trouble(
      links.filter(({ state }) => state === "unknown"),
      "",
      "not known yet",
    ),
    ...trouble(
      links.filter(({ ipv6, state }) => state !== "down" && ipv6?.state === "down"),
      "IPv6 of ",
      "down",
    ),
  ]
  if (troubles.length > 0) return `${troubles.join("; ")}.`
  return ALL_UP[links.length - 1] ?? `All ${links.length} links are up.`
}

const ALL_UP = ["The link is up.", "Both links are up."]

/** None, where no link is in it. */
function trouble(links: readonly LinkStatus[], what: string, state: string): readonly string[] {
  const names = links.map(({ name }) => name)
  if (names.length === 0) return []
  return [`${what}${listed(names)} ${names.length === 1 || what !== "" ? "is" : "are"} ${state}`]
}

function sharesSentence(links: readonly LinkStatus[]): string {
  const carriers = links.filter(({ share }) => share > 0)
  if (carriers.length === 0) return "New flows are not balanced."
  return `New flows: ${carriers.map(({ name, share }) => `${name} ${percent(share)}`).join(", ")}.`
}

/** What a screen reader is told of a step: links that changed, then where new flows go. Empty: nothing worth saying. */
export function announcement(before: Status, after: Status): string {
  const changes = after.links.flatMap(link => {
    const old = before.links.find(({ name }) => name === link.name)
    return old === undefined
      ? []
      : [...told(link.name, old, link), ...told(`IPv6 of ${link.name}`, old.ipv6, link.ipv6)]
  })
  return changes.length === 0 ? "" : `${changes.join(" ")} ${sharesSentence(after.links)}`
}

type Judged = Pick<LinkStatus, "state" | "reason">

function told(name: string, old: Judged | null, now: Judged | null): readonly string[] {
  return old === null || now === null || old.state === now.state ? [] : [`${name} is ${now.state}: ${now.reason}.`]
}
