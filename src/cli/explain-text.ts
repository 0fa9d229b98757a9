import type { Config } from "../core/config.ts"
import type { Evidence } from "../core/evidence.ts"
import type { FamilyName } from "../core/family.ts"
import type { Explanation } from "../core/status-shape.ts"
import { isObstacle } from "./obstacles.ts"
import { nextCommands, outlook } from "./explain-outlook.ts"
import { storyInIpv6, usersOutlook, type Story } from "./explain-story.ts"
import { targetState } from "./target-state.ts"
import { duration, millis, percent } from "../core/figures.ts"
import { ago, clock, columns, paintState, wrap, type Paint } from "./format.ts"

/** Lines longer than this are hard to read, however wide the terminal. */
const WIDEST = 90

/** `explain LINK` for people: why, by what evidence, what now, what next; the same again for IPv6. */
export function explainText(story: Story, paint: Paint, nowMs: number, width: number): string {
  const ipv6 = storyInIpv6(story)
  const told = [familyText(story, paint, nowMs, width)]
  return [...told, ...(ipv6 === null ? [] : [familyText(ipv6, paint, nowMs, width)])].join("\n\n")
}

function familyText(story: Story, paint: Paint, nowMs: number, width: number): string {
  const prose = (text: string) => wrap(text, Math.min(width, WIDEST) - 2).map(line => `  ${line}`)
  const { explanation } = story
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["When that was decided", decision(story)],
    ["Now", present(story)],
    ["What would change it", prose(outlook(story))],
    ["What it means for users", usersOutlook(story).flatMap(prose)],
    ["Next", nextCommands(story).map(command => `  ${command}`)],
  ]
  const shown = sections.filter(([, lines]) => lines.length > 0)
  return [
    ...headline(explanation, story.family, paint, nowMs),
    ...shown.flatMap(([title, lines]) => ["", paint.bold(title), ...lines]),
  ].join("\n")
}

function headline({ link, now }: Explanation, family: FamilyName, paint: Paint, nowMs: number): readonly string[] {
  const { state, since, reason } = link
  const name = family === "ipv6" ? `${link.name} (IPv6)` : link.name
  const verb = now === null ? "was, when last watched," : "is"
  const what = `${paint.bold(name)} ${verb} ${paintState(paint, state)}: ${reason}`
  return since === null ? [what] : [what, `since ${clock(since)}, ${ago(since, nowMs)} ago`]
}

/** A link that was only just met has decided nothing yet. */
function decision({ config, explanation: { link, decidedBy } }: Story): readonly string[] {
  if (isObstacle(link.reason)) return ["  The kernel reported it, and that counts at once, whatever the probes say."]
  if (decidedBy === null || decidedBy.probesSent === 0) return []
  return [columns(evidenceRows(decidedBy, config), "  ")]
}

function present({ config, explanation: { link, now, probing }, status }: Story): readonly string[] {
  if (now === null) return []
  const targets = link.targets.map(target => [
    target.probe,
    targetState(target, status.links),
    `${percent(target.loss)} lost`,
    millis(target.rttMs),
    target.trouble ?? "",
  ])
  return [columns([...evidenceRows(now, config), ...probingRow(probing)], "  "), columns(targets, "    ")]
}

/** Each measured value beside the limit that it is held against. */
function evidenceRows(evidence: Evidence, { health: { degraded } }: Config): readonly (readonly string[])[] {
  const { probesSent, probesLost, silenceMs, trafficMs, thresholds } = evidence
  const { answering, evidenceOfLoss, evidenceOfSlowness } = evidence
  const last = thresholds.quorum === 1 ? "last answer" : `last ${thresholds.quorum} answered`
  const own = thresholds.rttMs > degraded.rttMs ? ", twice this line's own" : ""
  return [
    [last, silenceMs === null ? "none yet" : `${spell(silenceMs)} ago`, distance(silenceMs, thresholds)],
    ...trafficRow(trafficMs, silenceMs),
    ["answering", answering === 1 ? "1 target" : `${answering} targets`, `at least ${thresholds.quorum} needed`],
    ["probes", `${probesLost} of ${probesSent} lost`, "while this was in question"],
    ["loss", percent(evidence.lossRatio), "over about the last 50 probes of each target"],
    ["RTT", millis(evidence.rttMs), "of the nearest target, smoothed"],
    ["lossy", percent(evidenceOfLoss), `of what proves a loss of ${percent(thresholds.lossRatio)}`],
    ["slow", percent(evidenceOfSlowness), `of what proves an RTT of ${millis(thresholds.rttMs)}${own}`],
  ]
}

const PROBING = {
  usual: "the usual pace",
  confirm: "until a suspicion is settled",
  measure: "until its losses are measured",
  spent: "its losses have cost too many probes: found later until they are earned again",
  blind: "none of its targets can be asked",
} as const

function probingRow(probing: Explanation["probing"]): readonly (readonly string[])[] {
  return probing === null ? [] : [["asked", `every ${millis(probing.everyMs)}`, PROBING[probing.why]]]
}

/** Only where it speaks against a silence. */
function trafficRow(trafficMs: number | null, silenceMs: number | null): readonly (readonly string[])[] {
  if (trafficMs === null || (silenceMs !== null && trafficMs >= silenceMs)) return []
  return [["users' traffic", `got on ${spell(trafficMs)} ago`, "counts as an answer while probes may be in a queue"]]
}

function distance(silenceMs: number | null, { downAfterMs }: Evidence["thresholds"]): string {
  if (silenceMs === null) return `limit ${spell(downAfterMs)}`
  const leftMs = downAfterMs - silenceMs
  return `limit ${spell(downAfterMs)}: ${leftMs >= 0 ? `${spell(leftMs)} left` : `${spell(-leftMs)} past it`}`
}

/** Fractions matter below a minute. */
function spell(ms: number): string {
  return ms < 60_000 ? millis(ms) : duration(ms)
}
