import type { LinkStatus, TargetStatus } from "../core/status-shape.ts"

/** In words. A target that is silent over every link that asks it, while links are up, is to blame itself. */
export function targetState({ probe, state }: TargetStatus, links: readonly LinkStatus[]): string {
  const asking = links.filter(({ targets }) => targets.some(target => target.probe === probe))
  const isSilentOver = ({ targets }: LinkStatus) =>
    targets.some(target => target.probe === probe && target.state === "silent")
  const isItsOwn = asking.length > 1 && asking.every(isSilentOver) && asking.some(link => link.state !== "down")
  return isItsOwn ? "silent everywhere" : state
}
