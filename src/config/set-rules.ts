import type { Draft, Finding } from "./draft.ts"
import { SET_KINDS } from "./sets.ts"

/** A set is filled in one way. A value that was refused leaves its key behind. */
export function setRules({ sets = {} }: Draft): Finding[] {
  return Object.entries(sets).flatMap(([name, set]) => {
    if (set === undefined || Array.isArray(set)) return []
    const isExternal = "ipset" in set || "ipset6" in set
    if (isExternal !== "file" in set) return []
    const found = isExternal ? "a file and an ipset in one" : "an empty mapping"
    return [{ path: ["sets", name], message: `found ${found}, expected ${SET_KINDS}` }]
  })
}
