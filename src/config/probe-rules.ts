import { probeName } from "../core/config.ts"
import type { ProbeSpec } from "../core/config.ts"
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
    ...quorumFindings(draft),
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
  const counts = links.map(link => (link === undefined || hasOwnProbes(link) ? link?.probes : probes)?.length)
  const short = counts.findIndex(count => count !== undefined && count > 0 && count < quorum)
  if (short === -1) return []
  const has = `${linkLabel(links[short], short)} has only ${counts[short] ?? 0} to ask`
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
