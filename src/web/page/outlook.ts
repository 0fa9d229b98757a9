import type { FamilyExplanation, FamilyStatus } from "../../core/status-shape.ts"
import { millis } from "../../core/figures.ts"
import { duration } from "./words.ts"

/** What is on its way to change the state of a link, or what would have to happen, in sentences. */
export function outlook(link: Pick<FamilyStatus, "state">, explained: FamilyExplanation): string {
  const { damping, pending } = explained
  const next = nextStep(link, explained)
  if (damping === null || (pending?.to === "more" && pending.damped)) return next
  return `${next} It is damped for ${duration(damping.leftMs)} yet, and for longer if it goes down once more.`
}

function nextStep({ state }: Pick<FamilyStatus, "state">, { pending, now }: FamilyExplanation): string {
  if (pending?.to === "down") {
    const { forMs, unanswered, needed } = pending
    return `It is suspected for ${millis(forMs)}: ${unanswered} of about ${needed} unanswered probes that confirm it. An answer clears it.`
  }
  if (pending?.to === "up")
    return `It is back in ${millis(pending.neededMs - pending.forMs)}: it has answered for ${millis(pending.forMs)}.`
  if (pending?.to === "resume")
    return `It goes on with its first answer within ${millis(Math.max(0, pending.leftMs))}; later it has to prove itself.`
  if (pending?.to === "more")
    return pending.damped
      ? `It went down too often, and stays out for ${duration(pending.inMs)} yet.`
      : `It gets more of its share in ${duration(pending.inMs)}: it has just come back.`
  return now === null ? "Nobody watches it now." : possible(state, now.thresholds)
}

type Thresholds = NonNullable<FamilyExplanation["now"]>["thresholds"]

function possible(state: FamilyStatus["state"], { quorum, upAfterMs, downAfterMs }: Thresholds): string {
  const enough = quorum === 1 ? "a target answers" : `${quorum} targets answer`
  const tooFew = quorum === 1 ? "no target answers" : `fewer than ${quorum} targets answer`
  switch (state) {
    case "unknown":
      return `It is up as soon as ${enough}.`
    case "down":
      return `It is back when ${enough} for ${millis(upAfterMs)} without a break.`
    case "degraded":
      return "It is up again when good answers have used up the evidence of loss and of slowness."
    case "up":
      return `It goes down when ${tooFew} for ${millis(downAfterMs)} and a burst of probes confirms it, or at once when its carrier, address or gateway goes.`
  }
}

const PACES = {
  usual: "the usual pace",
  confirm: "until a suspicion is settled",
  measure: "until its losses are measured",
  spent: "its losses have cost too many probes to ask faster",
  blind: "none of its targets can be asked",
} as const

/** Empty: nobody asks. */
export function paceWords({ probing }: Pick<FamilyExplanation, "probing">): string {
  return probing === null ? "" : `It is asked every ${millis(probing.everyMs)}: ${PACES[probing.why]}.`
}
