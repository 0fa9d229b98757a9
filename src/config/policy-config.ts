import { isOfFamily } from "../core/match.ts"
import type { Family } from "../core/ip-family.ts"
import { asNetworks } from "../core/networks.ts"
import type { OwnedSet, PolicyConfig, SetConfig } from "../core/policy-config.ts"
import type { ProtocolNames } from "./protocol-names.ts"
import { protocolWords } from "./protocol-names.ts"
import type { Document } from "./schema.ts"
import type { SetFiles } from "./set-files.ts"

type PolicyDocument = Document["policies"][number]

export function policyConfig({ match, use, balance, ...same }: PolicyDocument, protocols: ProtocolNames): PolicyConfig {
  const { proto, set = null, dscp = null, in: device = null, ...lists } = match
  const shares = Object.entries(balance ?? {}).map(([link, weight]) => ({ link, weight }))
  return {
    ...same,
    match: { ...lists, proto: proto.map(numbers => protocolWords(numbers, protocols)), set, dscp, in: device },
    use: use === undefined ? { kind: "balance", shares } : { kind: "order", links: use },
  }
}

/** No file has problems: see `setFileProblems`. */
export function setConfigs(sets: Document["sets"], files: SetFiles): SetConfig[] {
  return Object.entries(sets).map(([name, set]) => {
    if (Array.isArray(set)) return ownedSet(name, set)
    if (set.file !== undefined) return ownedSet(name, files.get(set.file)?.networks ?? [])
    return { kind: "external", name, ipsets: { 4: set.ipset ?? null, 6: set.ipset6 ?? null } }
  })
}

function ownedSet(name: string, networks: readonly string[]): OwnedSet {
  const of = (family: Family) => asNetworks(networks.filter(network => isOfFamily(network, family)))
  return { kind: "owned", name, networks: { 4: of(4), 6: of(6) } }
}
