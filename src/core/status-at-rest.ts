import { probeName, type Config, type LinkConfig } from "./config.ts"
import type { LinkStateName } from "./link-state.ts"
import { obstacle, type Facts } from "./facts.ts"
import { sharesOf, type Plan } from "./plan.ts"
import type { LinkStatus, Status } from "./status-shape.ts"

/** What can be known of a router while no agent watches it. */
export interface AtRest {
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

/** The same shape as a running agent's status. States are the last that were known; the shares are the kernel's, now. */
export function statusAtRest(config: Config, { inForce, rulesInSync, facts, notes }: AtRest): Status {
  const { router, site } = config
  const shares = inForce === null ? {} : sharesOf(config, inForce)
  const links = config.links.map(link => linkAtRest(link, shares[link.name] ?? 0, facts.get(link.name), notes))
  const nobody = { pid: null, since: null, lastApply: null }
  return { router, site, ...nobody, rulesInSync, links, share: { connected: false, lag: null, error: null }, peers: [] }
}

function linkAtRest(link: LinkConfig, share: number, facts: Facts | undefined, notes: AtRest["notes"]): LinkStatus {
  const { name, interface: device, weight } = link
  const note = notes[name]
  const stuck = facts === undefined ? null : obstacle(facts)
  return {
    name,
    interface: device,
    line: link.line,
    state: note?.state ?? "unknown",
    since: note?.since ?? null,
    reason: stuck ?? note?.reason ?? "never probed",
    weight,
    share,
    loss: null,
    rttMs: null,
    jitterMs: null,
    drained: false,
    damped: note?.damping?.isDamped ?? false,
    carrier: facts?.carrier ?? null,
    address: facts?.address ?? null,
    gateway: facts?.gateway ?? null,
    targets: link.probes.map(spec => ({
      probe: probeName(spec),
      state: "unknown",
      loss: null,
      rttMs: null,
      trouble: null,
    })),
  }
}
