import type { Family } from "./ip-family.ts"
import type { SetNames } from "./match.ts"
import { listOf, NO_NETWORKS } from "./networks.ts"
import type { OwnedSet, SetConfig } from "./policy-config.ts"

/** A set of ours as the kernel shall have it. */
export interface KernelSet {
  readonly name: string
  readonly family: Family
  /** Networks as ipset(8) prints them, each once. */
  readonly entries: ReadonlySet<string>
}

const FAMILIES = [4, 6] as const
const FAMILY_NAME = { 4: "inet", 6: "inet6" } as const

/** One for each family of which an owned set has networks. */
export function kernelSets(sets: readonly SetConfig[]): readonly KernelSet[] {
  return sets.flatMap(set => (set.kind === "external" ? [] : FAMILIES.flatMap(family => kernelSet(set, family))))
}

function kernelSet(set: OwnedSet, family: Family): readonly KernelSet[] {
  const name = nameOf(set, family)
  const networks = listOf(set.networks[family]).flatMap(network => printed(network, family))
  return name === null ? [] : [{ name, family, entries: new Set(networks) }]
}

/** hash:net takes no length of 0, and prints no length where it is that of one address: ipset(8). */
function printed(network: string, family: Family): readonly string[] {
  if (network.endsWith("/0")) return HALVES[family]
  return [network.endsWith(`/${LENGTH[family]}`) ? network.slice(0, network.indexOf("/")) : network]
}

const HALVES = { 4: ["0.0.0.0/1", "128.0.0.0/1"], 6: ["::/1", "8000::/1"] } as const
const LENGTH = { 4: 32, 6: 128 } as const

/** Names of all sets that rules of a family may ask, other people's included. */
export function namesOfAll(sets: readonly SetConfig[], family: Family): readonly string[] {
  return sets.flatMap(set => nameOf(set, family) ?? [])
}

/** Names for the rules. */
export function setNames(sets: readonly SetConfig[]): SetNames {
  return new Map(sets.map(set => [set.name, { 4: nameOf(set, 4), 6: nameOf(set, 6) }]))
}

/** The sets as if those that the kernel does not have were empty: a rule that asks one has it refuse all rules. */
export function withoutMissing(sets: readonly SetConfig[], missing: readonly string[]): readonly SetConfig[] {
  return sets.map(set => {
    const isThere = (family: Family) => !missing.includes(nameOf(set, family) ?? "")
    if (set.kind === "owned") {
      const of = (family: Family) => (isThere(family) ? set.networks[family] : NO_NETWORKS)
      return { ...set, networks: { 4: of(4), 6: of(6) } }
    }
    const of = (family: Family) => (isThere(family) ? set.ipsets[family] : null)
    return { ...set, ipsets: { 4: of(4), 6: of(6) } }
  })
}

function nameOf(set: SetConfig, family: Family): string | null {
  if (set.kind === "external") return set.ipsets[family]
  return set.networks[family].count === 0 ? null : `evenkeel${family}-${set.name}`
}

/** Holds the sources that a link keeps; no name of the configuration has a colon. */
export function stickySet(family: Family, mark: number): string {
  return `evenkeel${family}-sticky:${mark}`
}

/** Input for `ipset restore` that makes those of sticky sources, where they are not there: their entries are the kernel's. */
export function stickyText(family: Family, marks: readonly number[]): string {
  const create = (mark: number) =>
    `create ${stickySet(family, mark)} hash:ip family ${FAMILY_NAME[family]} timeout 0 -exist\n`
  return marks.map(create).join("")
}

/** Sets that are there under names of ours, those included that an earlier filling left half done. */
export function isOurs(name: string, family?: Family): boolean {
  return /^evenkeel[46][-~]/.test(name) && (family === undefined || name.startsWith(`evenkeel${family}`))
}

/**
 * Input for `ipset restore` that fills the set beside the one in use, and then puts it in its place: at no moment is
 * there none, or half of one. `present`: names of the sets that are there.
 */
export function fillText({ name, family, entries }: KernelSet, present: readonly string[]): string {
  const draft = name.replace("-", "~")
  return [
    ...(present.includes(draft) ? [`destroy ${draft}`] : []),
    `create ${draft} ${typeOf(family)} hashsize ${buckets(entries.size)} maxelem ${Math.max(USUAL_MOST, entries.size)}`,
    ...Array.from(entries, entry => `add ${draft} ${entry}`),
    ...(present.includes(name) ? [`swap ${draft} ${name}`, `destroy ${draft}`] : [`rename ${draft} ${name}`]),
    "",
  ].join("\n")
}

/** ipset(8): the default of maxelem. */
const USUAL_MOST = 65_536

/** What the kernel would come to by itself, having begun anew each time that it doubles them. */
function buckets(entries: number): number {
  return 2 ** Math.max(6, Math.ceil(Math.log2(entries / 4)))
}

function typeOf(family: Family): string {
  return `hash:net family ${FAMILY_NAME[family]}`
}

/** Whether `ipset save` of the set printed just these networks. */
export function holds(saved: string, { name, entries }: KernelSet): boolean {
  const added = linesOf(saved).filter(line => line.startsWith("add "))
  const prefix = `add ${name} `
  return added.length === entries.size && added.every(line => entries.has(line.slice(prefix.length)))
}

/** Whether a set of that name can be swapped for one of ours. */
export function isOurKind(saved: string, { name, family }: KernelSet): boolean {
  return saved.startsWith(`create ${name} ${typeOf(family)} `)
}

export function linesOf(text: string): readonly string[] {
  return text.split("\n").filter(line => line !== "")
}
