import type { LinkConfig } from "../core/config.ts"
import type { Evidence } from "../core/evidence.ts"
import type { Pending } from "../core/pending.ts"
import type { LinkStatus } from "../core/status-shape.ts"
import { EXCUSED_MS } from "../core/traffic.ts"
import { isObstacle, remedyFor } from "./obstacles.ts"
import type { Story } from "./explain-story.ts"
import { duration, millis } from "../core/figures.ts"

/** What is on its way to change the state, or what would have to happen. */
export function outlook({ explanation }: Story): string {
  const { link, now, pending, damping } = explanation
  if (now === null) return "Nothing: no agent is running, so nobody watches."
  if (pending?.to === "more") return pending.damped ? dampingText(pending.inMs, link) : moreText(pending.inMs)
  const next = nextText(pending, link, now)
  return damping === null ? next : `${next} ${dampingText(damping.leftMs, link)}`
}

function nextText(pending: Exclude<Pending, { to: "more" }> | null, link: LinkStatus, now: Evidence): string {
  if (pending === null) return possibleText(link, now)
  return pending.to === "resume" ? resumeText(pending.leftMs, link, now) : pendingText(pending, link, now)
}

function possibleText(link: LinkStatus, now: Evidence): string {
  const { downAfterMs, upAfterMs, quorum } = now.thresholds
  const enough = quorum === 1 ? "a target answers" : `${quorum} targets answer`
  if (isObstacle(link.reason))
    return `${remedyFor(link.reason).change}; then back when ${enough} for ${millis(upAfterMs)}.`
  if (link.state === "down")
    return `Back when ${enough} for ${millis(upAfterMs)} without a break. ${answeringText(now.answering)}`
  if (link.state === "unknown") return `Up as soon as ${enough}.`
  if (link.state === "degraded") return "Up again when good answers have used up the evidence of loss and of slowness."
  const tooFew = quorum === 1 ? "no target answers" : `fewer than ${quorum} targets answer`
  const confirmed = "and a burst of unanswered probes confirms it"
  return `Down when ${tooFew} for ${millis(downAfterMs)} ${confirmed}, or at once when its carrier, address or gateway goes.`
}

function resumeText(leftMs: number, link: LinkStatus, { thresholds: { upAfterMs, quorum } }: Evidence): string {
  const enough = quorum === 1 ? "a target answers" : `${quorum} targets answer`
  const [soon, proven] = [`within ${millis(Math.max(0, leftMs))}`, `when ${enough} for ${millis(upAfterMs)}`]
  if (isObstacle(link.reason))
    return `${remedyFor(link.reason).change}. If that is so ${soon}, it goes on as soon as ${enough}; later, only ${proven}.`
  return `It goes on as soon as ${enough}, if that is ${soon}; later, only ${proven}.`
}

function answeringText(answering: number): string {
  if (answering === 0) return "None answers now."
  return answering === 1 ? "One answers now." : `${answering} answer now.`
}

function dampingText(leftMs: number, { share }: LinkStatus): string {
  const forHowLong = `for ${duration(Math.max(0, leftMs))}, and for longer if it goes down once more`
  const effect = share > 0 ? "it carries only for want of a better link" : "no new flows"
  return `Damped, for it went down too often: ${effect} ${forHowLong}.`
}

function moreText(inMs: number): string {
  return `More of its share in ${duration(Math.max(0, inMs))}: it has just come back.`
}

function pendingText(
  pending: Exclude<Pending, { to: "more" | "resume" }>,
  { state }: LinkStatus,
  { thresholds: { quorum } }: Evidence,
): string {
  const soFar = millis(pending.forMs)
  if (pending.to === "up") return `Back in ${millis(pending.neededMs - pending.forMs)}: it has answered for ${soFar}.`
  const { unanswered, needed } = pending
  const answer = quorum === 1 ? "An answer clears it" : `Answers of ${quorum} targets clear it`
  const traffic = `, and so do users' connections that get on, in the first ${EXCUSED_MS / 1000} seconds`
  return (
    `Suspected for ${soFar}: ${unanswered} of about ${needed} unanswered probes that confirm it. ` +
    `${answer}${state === "down" ? "" : traffic}.`
  )
}

/** What to type next, with what this link is at fault for. */
export function nextCommands({ explanation: { link, now }, link: config }: Story): readonly string[] {
  const history = `evenkeel events --link ${link.name} --since 2h`
  if (now === null) return ["systemctl start evenkeel   (or: evenkeel run)", history]
  if (isObstacle(link.reason)) return [...remedyFor(link.reason).look(link.interface), history]
  if (link.state === "up") return [history, "evenkeel flows"]
  return [history, ...pings(config), "evenkeel doctor"]
}

/** Pinned as the probes are: by interface and mark (ping(8), -I and -m). */
function pings({ interface: device, mark, probes }: LinkConfig): readonly string[] {
  const addresses = probes.flatMap(probe => (probe.kind === "http" ? [] : [probe.address]))
  return addresses.slice(0, 1).map(address => `ping -c 3 -I ${device} -m ${mark} ${address}`)
}
