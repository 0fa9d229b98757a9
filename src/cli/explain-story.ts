import type { Config, LinkConfig } from "../core/config.ts"
import type { FamilyName } from "../core/family.ts"
import type { Explanation, LinkStatus, Status } from "../core/status-shape.ts"
import { inIpv6 } from "./in-ipv6.ts"
import { percent } from "../core/figures.ts"

/** All that `explain` speaks of: the link's own story, and the other links for what it means to users. */
export interface Story {
  readonly family: FamilyName
  readonly config: Config
  readonly link: LinkConfig
  readonly explanation: Explanation
  readonly status: Status
}

/** What there is to tell of the link in IPv6; null: nothing. */
export function storyInIpv6({ config, link, explanation, status }: Story): Story | null {
  const [own] = inIpv6([explanation.link])
  if (own === undefined || explanation.ipv6 === null) return null
  const links = inIpv6(status.links)
  return {
    family: "ipv6",
    config,
    link,
    explanation: { link: own, ...explanation.ipv6, ipv6: null },
    status: { ...status, links },
  }
}

/** What it means for users, in sentences: their new flows, then those that they have. */
export function usersOutlook(story: Story): readonly string[] {
  return [newFlows(story), ...presentFlows(story)]
}

function newFlows({ config, link, explanation, status: { links } }: Story): string {
  const { share, state } = explanation.link
  const carriers = links.filter(other => other.share > 0)
  if (share > 0 && state === "down") return downAndCarrying(explanation, links)
  if (share > 0)
    return `${percent(share)} of new flows go over it${share < 1 ? `, ${listed(carriers, link.name)}` : ""}.`
  if (carriers.length > 0)
    return `No new flow goes over it${whyNone(link, explanation.link)}: ${listed(carriers, link.name)}.`
  return config.allDown === "unreachable"
    ? "New flows from the LAN are refused at once: no link can carry them (allDown: unreachable)."
    : "New flows are not balanced: they follow the main routing table."
}

function downAndCarrying({ link: { share }, pending }: Explanation, links: readonly LinkStatus[]): string {
  if (links.every(({ state }) => state === "down"))
    return `No link is in service; ${percent(share)} of new flows go over this one meanwhile.`
  return pending?.to === "up"
    ? `${percent(share)} of new flows go over it while it proves itself, as when no link was in service.`
    : `${percent(share)} of new flows still go over it: no link is known to be better.`
}

/** A link may be well and yet carry nothing. */
function whyNone({ tier }: LinkConfig, { state, weight, damped, drained }: LinkStatus): string {
  if (state === "down") return ""
  if (drained) return " (drained by hand)"
  if (damped) return " (damped)"
  return weight === 0 ? " (weight 0)" : ` (tier ${tier} waits until no link of a better tier can carry)`
}

function listed(carriers: readonly LinkStatus[], but: string): string {
  const others = carriers.filter(({ name }) => name !== but)
  return others.map(({ name, share }) => `${percent(share)} over ${name}`).join(", ")
}

function presentFlows({ link, explanation, status: { links } }: Story): readonly string[] {
  const { state, share } = explanation.link
  if (explanation.now === null) return []
  if (share > 0 && state === "down") return ["Flows that it carries stay on it: there was no better link to go to."]
  if (state !== "down") return ["Flows that it carries stay on it as long as it is not down."]
  if (link.onDown === "hold") return ["Flows that it carried wait for it (onDown: hold) and hang until it is back."]
  if (!links.some(({ share }) => share > 0)) return []
  return [
    "Flows that it carried were let go at once (onDown: move): TCP clients see a reset and reconnect, UDP goes on.",
  ]
}
