import type { LinkConfig, Nat } from "./config.ts"
import type { FamilyConfig } from "./family.ts"

/** Link-local addresses stay what they are. */
export function natRules({ family, links }: FamilyConfig): readonly string[] {
  const rules = links.flatMap(natRule)
  return family === 4 || rules.length === 0 ? rules : ["-s fe80::/10 -j RETURN", ...rules]
}

/**
 * What comes in to a link's own prefix goes to the same host of the inside one; its answers go back by the link and by
 * conntrack's entry. An address of the router's own within the prefix stays the router's. Null: no link asks for it.
 */
export function inboundNatRules({ links }: FamilyConfig): readonly string[] | null {
  const rules = links.flatMap(inboundNatRule)
  return rules.length === 0 ? null : ["-m addrtype --dst-type LOCAL -j RETURN", ...rules]
}

function inboundNatRule({ interface: device, nat }: LinkConfig): readonly string[] {
  const isWanted = typeof nat === "object" && "prefix" in nat && nat.inside !== null
  return isWanted ? [`-d ${nat.prefix} -i ${device} -j NETMAP --to ${nat.inside}`] : []
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
