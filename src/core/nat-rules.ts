import type { LinkConfig, Nat } from "./config.ts"
import type { FamilyConfig } from "./family.ts"

/** Link-local addresses stay what they are. */
export function natRules({ family, links }: FamilyConfig): readonly string[] {
  const rules = links.flatMap(natRule)
  return family === 4 || rules.length === 0 ? rules : ["-s fe80::/10 -j RETURN", ...rules]
}

function natRule({ interface: device, nat }: LinkConfig): readonly string[] {
  const target = natTarget(nat)
  return target === null ? [] : [`-o ${device} -j ${target}`]
}

function natTarget(nat: Nat): string | null {
  if (nat === "none") return null
  if (nat === "masquerade") return "MASQUERADE"
  return "snat" in nat ? `SNAT --to-source ${nat.snat}` : `NETMAP --to ${nat.prefix}`
}
