import { familyOf, probeName } from "../core/probe-spec.ts"
import type { Family } from "../core/ip-family.ts"
import type { ProbeSpec } from "../core/probe-spec.ts"
import type { Draft, DraftLink, Finding, Path } from "./draft.ts"
import { linkLabel } from "./link-rules.ts"

type Probes = Draft["probes"]

export function probeRules(draft: Draft): Finding[] {
  const ownLists = (draft.links ?? []).flatMap((link, index) => askedTwice(link?.probes, ["links", index, "probes"]))
  return [
    ...ownLists,
    ...askedTwice(draft.probes, ["probes"]),
    ...emptyLists(draft),
    ...probesMissing(draft),
    ...familyFindings(draft),
    ...quorumFindings(draft),
  ]
}

/** Targets of the link's own list or the shared one; undefined: some of them were refused, or there is no list. */
function targetsOf(link: DraftLink | undefined, shared: Probes): readonly ProbeSpec[] | undefined {
  const probes = link === undefined || hasOwnProbes(link) ? link?.probes : shared
  return probes?.every(probe => isWhole(probe)) ? probes.filter(probe => isWhole(probe)) : undefined
}

/** IPv4 has every link; IPv6 is steered where something tells whether it works. */
function familyFindings({ links = [], probes }: Draft): Finding[] {
  const lists = links.map((link, index) => ({ link, index, families: targetsOf(link, probes)?.map(familyOf) }))
  const without = (family: Family) =>
    lists.filter(({ families }) => families !== undefined && families.length > 0 && !families.includes(family))
  const found = without(4).map(({ link, index }) =>
    link !== undefined && hasOwnProbes(link) ? ["links", index, "probes"] : ["probes"],
  )
  const judged = found.filter((path, i) => found.findIndex(other => other.join() === path.join()) === i)
  const gateways = without(6).filter(({ link }) => !["auto", "off"].includes(link?.gateway6 ?? "auto"))
  return [
    ...judged.map(path => ({
      path,
      message: "found IPv6 targets only, so nothing would tell whether IPv4 works; add an IPv4 probe",
    })),
    ...gateways.map(({ index }) => ({
      path: ["links", index, "gateway6"],
      message: "IPv6 is steered only over a link with an IPv6 target, and this one has none; add an IPv6 probe",
    })),
  ]
}

/** A target that is asked twice would count twice towards the quorum. */
function askedTwice(probes: Probes, path: Path): Finding[] {
  const names = (probes ?? []).map(probe => (isWhole(probe) ? probeName(probe) : undefined))
  return names.flatMap((name, index) => {
    const first = names.indexOf(name)
    if (name === undefined || first === index) return []
    return [{ path: [...path, index], message: `found ${name}, already item ${first} of this list; ask it once` }]
  })
}

function isWhole(probe: NonNullable<Probes>[number]): probe is ProbeSpec {
  return probe?.kind !== undefined
}

/** Another router decides for it. */
function isFollowed(link: DraftLink, share: Draft["share"]): boolean {
  return share?.follow !== undefined && link.line !== undefined
}

function emptyLists({ links = [], share }: Draft): Finding[] {
  return links.flatMap((link, index) => {
    if (link?.probes?.length !== 0 || isFollowed(link, share)) return []
    const message =
      "found an empty list, expected a list of 1 to 32 probes; only a link whose line share.follow decides for needs none"
    return [{ path: ["links", index, "probes"], message }]
  })
}

function probesMissing({ links = [], probes, share }: Draft): Finding[] {
  if (probes !== undefined && probes.length > 0) return []
  const bare = links.findIndex(link => link !== undefined && !hasOwnProbes(link) && !isFollowed(link, share))
  if (bare === -1 && links.length > 0) return []
  const found = probes === undefined ? "missing" : "found an empty list"
  const user = bare === -1 ? "" : `, and ${linkLabel(links[bare], bare)} has no list of its own`
  const message = `${found}${user}; list at least one target here, such as \`- icmp: 192.0.2.1\``
  return [{ path: ["probes"], message }]
}

function quorumFindings({ links = [], probes, health }: Draft): Finding[] {
  const quorum = health?.quorum
  if (quorum === undefined) return []
  const counts = links.flatMap((link, index) => {
    const families = targetsOf(link, probes)?.map(familyOf) ?? []
    return ([4, 6] as const).map(family => ({ index, family, count: families.filter(each => each === family).length }))
  })
  const short = counts.find(({ count }) => count > 0 && count < quorum)
  if (short === undefined) return []
  const { index, family, count } = short
  const has = `${linkLabel(links[index], index)} has only ${count} to ask${family === 6 ? " over IPv6" : ""}`
  return [
    {
      path: ["health", "quorum"],
      message: `found ${quorum}, but ${has}, so it could never be up; lower it or add probes`,
    },
  ]
}

/** Also when the list was refused: the key is there then, without a value. */
function hasOwnProbes(link: DraftLink): boolean {
  return "probes" in link
}
