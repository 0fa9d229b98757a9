import { isOurs } from "../core/reconcile.ts"
import { parseSaved, type Saved } from "../core/saved.ts"
import type { Backend } from "./iptables.ts"

/** A back end whose programs are installed, and what they answered. */
export interface Candidate {
  readonly backend: Backend
  /** Its rules, as `iptables-save` printed them. */
  readonly text: string
  /** Why the kernel would not speak with it, or null. */
  readonly refusal: string | null
}

export interface BackendChoice {
  readonly backend: Backend
  /** Both back ends hold rules, and the kernel applies both. */
  readonly both: boolean
  /** For the operator: why this one. */
  readonly reason: string
}

/**
 * Which back end this router uses: the one with our chains, else the one with rules, else the one that plain `iptables` is.
 * @throws Error when no back end works.
 */
export function chooseBackend(candidates: readonly Candidate[], plain: Backend["name"] | null): BackendChoice {
  const working = candidates.filter(({ refusal }) => refusal === null)
  const [first] = working
  if (first === undefined) throw new Error(nothingWorks(candidates))
  const holding = working.filter(({ text }) => hasRules(parseSaved(text)))
  const both = holding.length > 1
  const owner = only(working.filter(({ text }) => hasOurChains(parseSaved(text))))
  if (owner) return { backend: owner.backend, both, reason: "it holds evenkeel's chains" }
  const holder = only(holding)
  if (holder) return { backend: holder.backend, both, reason: "it holds this router's rules" }
  const usual = working.find(({ backend }) => backend.name === plain)
  if (usual) return { backend: usual.backend, both, reason: "plain iptables uses it" }
  return { backend: first.backend, both, reason: "it is the one that works here" }
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined
}

export function hasRules(saved: Saved): boolean {
  return [...saved.values()].some(chains => [...chains.values()].some(rules => rules.length > 0))
}

function hasOurChains(saved: Saved): boolean {
  return [...saved.values()].some(chains => [...chains.keys()].some(isOurs))
}

function nothingWorks(candidates: readonly Candidate[]): string {
  const refusals = candidates.map(({ backend, refusal }) => `${backend.name}: ${refusal ?? ""}`)
  return candidates.length === 0
    ? "no working iptables: Debian's package iptables provides nft and legacy"
    : ["no working iptables: the kernel refuses it", ...refusals].join("\n")
}
