import { formatDuration } from "../../config/duration.ts"
import type { Config, LinkConfig } from "../../core/config.ts"
import { familyOf } from "../../core/probe-spec.ts"
import { followedLinks, leftOut, rehearsed, type Original } from "./copy.ts"
import { isAnswered } from "./stand-in.ts"
import { isBackLater, longestSilenceMs, scenarios, type ScenarioName } from "./scenarios.ts"

/** What the user asked for; empty: whatever fits. */
export interface Wishes {
  readonly links: readonly string[]
  readonly scenarios: readonly ScenarioName[]
}

/** One lab, in which one thing happens. */
export interface Job {
  readonly scenario: ScenarioName
  /** That it happens to, all at once. */
  readonly struck: readonly string[]
  /** Those of them to report on. */
  readonly links: readonly string[]
}

export interface Choice {
  /** With the links that the lab has. */
  readonly config: Config
  readonly jobs: readonly Job[]
  /** What is not rehearsed, or not as on the router, and why: sentences for people. */
  readonly notes: readonly string[]
}

/** More links than this would take minutes, so that only the busiest are rehearsed. */
const A_HANDFUL = 4
const THE_BUSIEST = 3
/** Each costs a namespace in every lab, and its probes. */
const LAB_LINKS = 5
/** What takes longer to be noticed is not waited for. */
const LONGEST_WAIT_MS = 60_000

export function choose(original: Original, wishes: Wishes): Choice {
  const whole = rehearsed(original.config)
  const links = chosenLinks(whole, wishes)
  const config = { ...whole, links: labLinks(whole, links) }
  const names = links.map(({ name }) => name)
  const each = wishes.scenarios.filter(scenario => scenario !== "all-down")
  const jobs = each.flatMap(scenario => jobsOf(scenario, links, config))
  const together = { scenario: "all-down", struck: config.links.map(({ name }) => name), links: names } as const
  const all = wishes.scenarios.includes("all-down") && !isTooSlow("all-down", config) ? [together] : []
  return {
    config,
    jobs: [...jobs, ...all].sort((a, b) => lengthMs(b, config) - lengthMs(a, config)),
    notes: [...notesOf(original, whole, config, wishes, names), ...skipped(links, config, wishes)],
  }
}

function jobsOf(scenario: ScenarioName, links: readonly LinkConfig[], config: Config): readonly Job[] {
  if (isTooSlow(scenario, config)) return []
  const able = links.filter(link => scenario !== "address" || !hasFixedSource(link))
  return able.map(({ name }) => ({ scenario, struck: [name], links: [name] }))
}

function chosenLinks({ links }: Config, wishes: Wishes): readonly LinkConfig[] {
  if (wishes.links.length > 0) return links.filter(({ name }) => wishes.links.includes(name))
  if (links.length <= A_HANDFUL) return links
  const busiest = byLoad(links).slice(0, THE_BUSIEST)
  return links.filter(link => busiest.includes(link))
}

/** Those that are rehearsed, and the busiest of the others, for somewhere to go. */
function labLinks({ links }: Config, chosen: readonly LinkConfig[]): readonly LinkConfig[] {
  const others = byLoad(links.filter(link => !chosen.includes(link)))
  const wanted = [...chosen, ...others.slice(0, Math.max(1, LAB_LINKS - chosen.length))]
  return links.filter(link => wanted.includes(link))
}

function byLoad(links: readonly LinkConfig[]): readonly LinkConfig[] {
  return links.toSorted((a, b) => a.tier - b.tier || b.weight - a.weight)
}

function isTooSlow(scenario: ScenarioName, config: Config): boolean {
  return scenarios[scenario].noticedWithinMs(config) > LONGEST_WAIT_MS
}

/** Who translates to one address by hand has a line whose address stays. */
function hasFixedSource({ nat }: LinkConfig): boolean {
  return typeof nat === "object"
}

/** The longest first, so that none is left over at the end. */
function lengthMs({ scenario }: Job, { health }: Config): number {
  return scenarios[scenario].provenAfterMs(health)
}

function notesOf(
  original: Original,
  { links }: Config,
  lab: Config,
  wishes: Wishes,
  names: readonly string[],
): readonly string[] {
  const keys = leftOut(original)
  const isAsked = wishes.links.length > 0 || names.length === links.length
  return [
    ...(keys.length === 0 ? [] : [`Not copied, for it leads out of the lab: ${keys.join(", ")}.`]),
    ...followedLinks(original.config).map(
      name => `${name} has no probes of its own (share.follow): it is not in the lab.`,
    ),
    ...standInNotes(original.config),
    ...(isAsked
      ? []
      : [`Of ${links.length} links the busiest are rehearsed: ${names.join(", ")} (--link chooses others).`]),
    ...(lab.links.length === links.length
      ? []
      : [`Only these are in the lab: ${lab.links.map(({ name }) => name).join(", ")}.`]),
  ]
}

function standInNotes({ links }: Config): readonly string[] {
  const probes = links.flatMap(link => link.probes)
  const hasNames = probes.some(spec => familyOf(spec) === 4 && !isAnswered(spec))
  return [
    ...(hasNames
      ? ["Whoever is asked by http or dns is pinged in the lab, which has no names and no certificates."]
      : []),
    ...(probes.some(spec => familyOf(spec) === 6) ? ["The lab speaks IPv4 only: IPv6 is not rehearsed."] : []),
  ]
}

function skipped(links: readonly LinkConfig[], config: Config, wishes: Wishes): readonly string[] {
  const slow = wishes.scenarios.filter(scenario => isTooSlow(scenario, config))
  const silence = Math.round(longestSilenceMs(config) / 1000)
  const late = wishes.scenarios.filter(scenario => !slow.includes(scenario) && isBackLater(scenario, config.health))
  return [
    ...(slow.length === 0
      ? []
      : [
          `Not rehearsed: ${slow.join(", ")}. By this configuration a silence may last ${silence} s before it is noticed.`,
        ]),
    ...(late.some(scenario => scenario !== "brown-out") ? [lateNote(config)] : []),
    ...(wishes.scenarios.includes("address") ? links.filter(hasFixedSource) : []).map(
      ({ name }) => `${name} is translated to a fixed address (nat: snat), so its lease does not change.`,
    ),
  ]
}

function lateNote({ health: { upAfterMs } }: Config): string {
  return `A link that was down is back in service upAfter (${formatDuration(upAfterMs)}) after it was mended: that is not waited for.`
}
