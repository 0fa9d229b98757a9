import type { LinkStatus, Status } from "../../../core/status-shape.ts"
import { count, listed, percent } from "../words.ts"

/** The whole router in two sentences, as one would say it aloud. */
export function headline({ links }: Pick<Status, "links">): string {
  return `${statesSentence(links)} ${sharesSentence(links)}`
}

function statesSentence(links: readonly LinkStatus[]): string {
  const named = (state: LinkStatus["state"]) => links.filter(link => link.state === state).map(({ name }) => name)
  const [down, degraded, unknown] = [named("down"), named("degraded"), named("unknown")]
  if (links.length === 0) return "No links are known."
  if (down.length === links.length) return "Every link is down."
  const troubles = [
    ...(down.length > 0 ? [`${listed(down)} ${be(down)} down`] : []),
    ...(degraded.length > 0 ? [`${listed(degraded)} ${be(degraded)} degraded`] : []),
    ...(unknown.length > 0 ? [`${listed(unknown)} ${be(unknown)} not known yet`] : []),
  ]
  if (troubles.length === 0)
    return links.length === 1 ? "The link is up." : `All ${count(links.length, "link")} are up.`
  const six = links.filter(({ ipv6, state }) => state !== "down" && ipv6?.state === "down").map(({ name }) => name)
  return `${[...troubles, ...(six.length > 0 ? [`IPv6 of ${listed(six)} is down`] : [])].join("; ")}.`
}

function sharesSentence(links: readonly LinkStatus[]): string {
  const carriers = links.filter(({ share }) => share > 0)
  if (carriers.length === 0) return "New flows are not balanced."
  return `New flows: ${carriers.map(({ name, share }) => `${name} ${percent(share)}`).join(", ")}.`
}

function be(names: readonly string[]): string {
  return names.length === 1 ? "is" : "are"
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
