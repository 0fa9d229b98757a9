import type { LinkConfig } from "./config.ts"
import { probeName } from "./probe-spec.ts"
import type { LinkStateName } from "./link-state.ts"
import { obstacle, type Facts } from "./facts.ts"
import type { FamilyConfig } from "./family.ts"
import { sharesOf, type Plan } from "./plan.ts"
import type { FamilyStatus, LinkStatus, Status } from "./status-shape.ts"

/** What can be known of one family of a router while no agent watches it. */
export interface AtRest {
  readonly config: FamilyConfig
  /** What the kernel's rules do; null: none of ours are there. */
  readonly inForce: Plan | null
  /** The kernel's rules are the ones that the configuration asks for. */
  readonly rulesInSync: boolean
  readonly facts: ReadonlyMap<string, Facts>
  /** What the last agent wrote down, by link name. */
  readonly notes: Readonly<Record<string, Note>>
}

interface Note {
  readonly state: LinkStateName
  readonly since: string
  readonly reason: string
  readonly damping?: { readonly isDamped: boolean } | undefined
}

/**
 * The same shape as a running agent's status. States are the last that were known; the shares are the kernel's, now.
 * `ipv6` null: this kernel has none.
 */
export function statusAtRest(ipv4: AtRest, ipv6: AtRest | null, overrides: Status["overrides"]): Status {
  const { router, site, links } = ipv4.config
  const nobody = { pid: null, since: null, lastApply: null }
  const shared = { share: { connected: false, lag: null, error: null }, peers: [] }
  const rulesInSync = ipv4.rulesInSync && (ipv6?.rulesInSync ?? true)
  const statuses = links.map(link => linkAtRest(link, ipv4, ipv6))
  return { router, site, ...nobody, rulesInSync, links: statuses, overrides, ...shared }
}

function linkAtRest(link: LinkConfig, ipv4: AtRest, ipv6: AtRest | null): LinkStatus {
  const { name, interface: device, line, weight } = link
  const other = ipv6?.config.links.find(each => each.name === name)
  return {
    name,
    interface: device,
    line,
    weight,
    drained: link.drain !== null,
    carrier: ipv4.facts.get(name)?.carrier ?? null,
    ...familyAtRest(link, ipv4),
    ipv6: other === undefined || ipv6 === null ? null : familyAtRest(other, ipv6),
  }
}

function familyAtRest({ name, probes }: LinkConfig, { config, inForce, facts, notes }: AtRest): FamilyStatus {
  const note = notes[name]
  const known = facts.get(name)
  const stuck = known === undefined ? null : obstacle(known)
  return {
    state: note?.state ?? "unknown",
    since: note?.since ?? null,
    reason: stuck ?? note?.reason ?? "never probed",
    share: inForce === null ? 0 : (sharesOf(config, inForce)[name] ?? 0),
    loss: null,
    rttMs: null,
    jitterMs: null,
    damped: note?.damping?.isDamped ?? false,
    address: known?.address ?? null,
    gateway: known?.gateway ?? null,
    targets: probes.map(spec => ({
      probe: probeName(spec),
      state: "unknown",
      loss: null,
      rttMs: null,
      trouble: null,
    })),
  }
}
