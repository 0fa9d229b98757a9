import type { HealthSettings } from "./config.ts"
import { obstacle } from "./facts.ts"
import { isBlind, type LinkHealth } from "./link-health.ts"
import type { Plan } from "./plan.ts"
import { isSerious } from "./suspicion.ts"
import { quorumAnswer } from "./targets.ts"

/** A link and the mark of its flows. */
export interface Marked {
  readonly mark: number
  readonly health: LinkHealth
}

/**
 * While one link is about to be called dead, the others are asked at once whether they are alive, so that by the time of
 * the verdict it is known where flows can go.
 */
export function callOthers(links: readonly LinkHealth[], settings: HealthSettings): readonly LinkHealth[] {
  const serious = links.flatMap(({ suspicion, name }) =>
    suspicion !== null && isSerious(suspicion) ? [{ name, sinceMs: suspicion.sinceMs }] : [],
  )
  const callMs = (link: LinkHealth) =>
    Math.max(...serious.filter(({ name }) => name !== link.name).map(({ sinceMs }) => sinceMs))
  return links.map(link => {
    const isCalled = link.state !== "down" && !hasShownLifeSince(link, callMs(link), settings)
    return isCalled === link.isCalled ? link : { ...link, isCalled }
  })
}

/**
 * Whether to wait with `next` and keep `inForce` for the moment: flows are not taken from a silent link while every link
 * that should have them may be as silent. Their bursts settle that within `downAfter`; if all turn out to be silent, the
 * trouble is not theirs (the targets, a local firewall, a power cut next door), and nothing was moved.
 * A link that the kernel reports as gone is another matter: nothing is lost by leaving it.
 */
export function mustWait(links: readonly Marked[], inForce: Plan, next: Plan, settings: HealthSettings): boolean {
  const [carried, carrying] = [marksOf(inForce), marksOf(next)]
  const left = links.filter(({ mark, health }) => isSilent(health) && carried.has(mark) && !carrying.has(mark))
  const heirs = links.filter(({ mark }) => carrying.has(mark))
  if (left.length === 0 || heirs.length === 0) return false
  const sinceMs = Math.max(...left.map(({ health }) => health.suspectedMs ?? -Infinity))
  return heirs.every(({ health }) => isDoubtful(health, sinceMs, settings))
}

function marksOf({ balance }: Plan): ReadonlySet<number> {
  return new Set(balance.map(({ mark }) => mark))
}

function isSilent({ state, facts }: LinkHealth): boolean {
  return state === "down" && (facts === null || obstacle(facts) === null)
}

/** A prober that cannot ask would never settle it. */
function isDoubtful(link: LinkHealth, sinceMs: number, settings: HealthSettings): boolean {
  if (isBlind(link.targets)) return false
  return link.suspicion !== null || !hasShownLifeSince(link, sinceMs, settings)
}

function hasShownLifeSince({ targets, movedMs }: LinkHealth, sinceMs: number, { quorum }: HealthSettings): boolean {
  return Math.max(quorumAnswer(targets, quorum) ?? -Infinity, movedMs ?? -Infinity) >= sinceMs
}
