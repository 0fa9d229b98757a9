import type { HealthSettings } from "./config.ts"
import { reuseMs } from "./damping.ts"
import type { EventDraft } from "./events.ts"
import { familyName, type FamilyConfig, type FamilyName } from "./family.ts"
import type { LinkHealth } from "./link-health.ts"
import type { World } from "./world.ts"

/** What is worth telling about the way from one world to the next, in the order of the links. */
export function eventsBetween(before: World, after: World): readonly EventDraft[] {
  return after.links.flatMap((link, i) => {
    if (link === before.links[i]) return []
    const old = before.links.find(other => other.name === link.name)
    return old === undefined ? [] : linkEvents(old, link, after.config)
  })
}

/** The carrier is common to both families; IPv4 has every link, so it tells. */
function linkEvents(old: LinkHealth, link: LinkHealth, { family: of, health }: FamilyConfig): readonly EventDraft[] {
  const family = familyName(of)
  return [
    ...(of === 4 ? carrierEvent(old, link) : []),
    ...addressEvent(old, link, family),
    ...brokenEvents(old, link, family),
    ...stateEvent(old, link, family, health),
  ]
}

function stateEvent(
  old: LinkHealth,
  link: LinkHealth,
  family: FamilyName,
  health: HealthSettings,
): readonly EventDraft[] {
  if (old.state === link.state) return []
  const { name, reason, evidence, damping, sinceMs } = link
  const damped = damping.isDamped ? { dampedMs: Math.max(0, Math.round(reuseMs(damping, health) - sinceMs)) } : {}
  return [{ type: "link.state", link: name, family, from: old.state, to: link.state, reason, evidence, ...damped }]
}

function carrierEvent(old: LinkHealth, link: LinkHealth): readonly EventDraft[] {
  if (link.facts === null || old.facts?.carrier === link.facts.carrier) return []
  return old.facts === null ? [] : [{ type: "link.carrier", link: link.name, carrier: link.facts.carrier }]
}

function addressEvent(old: LinkHealth, link: LinkHealth, family: FamilyName): readonly EventDraft[] {
  if (old.facts === null || link.facts === null) return []
  const { address, gateway } = link.facts
  if (old.facts.address === address && old.facts.gateway === gateway) return []
  return [{ type: "link.address", link: link.name, family, address, gateway }]
}

/** Told once per trouble: when a prober that could ask no longer can. */
function brokenEvents(old: LinkHealth, link: LinkHealth, family: FamilyName): readonly EventDraft[] {
  return link.targets.flatMap((target, i): readonly EventDraft[] => {
    if (target.broken === null || old.targets[i]?.broken != null) return []
    return [{ type: "probe.broken", link: link.name, family, probe: target.probe, error: target.broken }]
  })
}
