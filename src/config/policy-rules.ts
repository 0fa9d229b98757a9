import { hex } from "../core/hex.ts"
import type { Draft, Finding, Path } from "./draft.ts"
import { matchFindings } from "./match-rules.ts"

type PolicyDraft = NonNullable<NonNullable<Draft["policies"]>[number]>

export function policyRules(draft: Draft): Finding[] {
  const { policies = [] } = draft
  return policies.flatMap((policy, index) => {
    if (policy === undefined) return []
    const path = ["policies", index]
    return [
      ...nameTaken(policies, index),
      ...useFindings(policy, path),
      ...linkFindings(policy, path, draft),
      ...blockFindings(policy, path, draft),
      ...(policy.match === undefined ? [] : matchFindings(policy.match, [...path, "match"], draft)),
    ]
  })
}

function nameTaken(policies: NonNullable<Draft["policies"]>, index: number): Finding[] {
  const name = policies[index]?.name
  const first = policies.findIndex(other => other?.name === name)
  if (name === undefined || first === index) return []
  const message = `found ${name}, already the name of policies[${first}]; each policy needs its own`
  return [{ path: ["policies", index, "name"], message }]
}

/** A value that was refused leaves its key behind. */
function useFindings(policy: PolicyDraft, path: Path): Finding[] {
  if ("use" in policy === "balance" in policy) {
    const found = "use" in policy ? "found use and balance" : "found neither use nor balance"
    return [{ path, message: `${found}; expected one: links in order of preference, or weights by link` }]
  }
  const weights = Object.values(policy.balance ?? { none: 1 })
  if (weights.some(weight => weight !== 0)) return []
  return [{ path: [...path, "balance"], message: "gives nobody a weight; give at least one link one above 0" }]
}

/** What is refused bears all bits of the mask: `unreachableMark` in core/plan.ts. */
function blockFindings({ ifDown }: PolicyDraft, path: Path, { links = [], markMask }: Draft): Finding[] {
  const bearer = links.find(link => link?.mark !== undefined && link.mark === markMask)
  if (ifDown !== "block" || bearer === undefined || markMask === undefined) return []
  const message = `found block, which keeps all of markMask (${hex(markMask)}) for itself; give ${bearer.name ?? "the link with that mark"} another mark`
  return [{ path: [...path, "ifDown"], message }]
}

function linkFindings({ use = [], balance = {} }: PolicyDraft, path: Path, { links }: Draft): Finding[] {
  const known = links?.map(link => link?.name)
  // A name that was refused may be the one that is meant.
  if (known === undefined || known.includes(undefined)) return []
  const unknown = (name: string | undefined) => name !== undefined && !known.includes(name)
  const expected = `expected a link: ${known.join(", ")}`
  return [
    ...use.flatMap((name, index) => {
      const at = [...path, "use", index]
      if (unknown(name)) return [{ path: at, message: `found ${name ?? ""}, ${expected}` }]
      return name === undefined || use.indexOf(name) === index
        ? []
        : [{ path: at, message: `found ${name} a second time; name it once` }]
    }),
    ...Object.entries(balance)
      .filter(([name, weight]) => weight !== undefined && unknown(name))
      .map(([name]) => ({ path: [...path, "balance", name], message: `no such link, ${expected}` })),
  ]
}
