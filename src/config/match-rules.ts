import { isOfFamily, ruleCount } from "../core/match.ts"
import type { PerFamily } from "../core/policy-config.ts"
import type { Draft, Finding, Path } from "./draft.ts"
import { hasPorts } from "./packet.ts"
import type { Document } from "./schema.ts"

type Match = Document["policies"][number]["match"]
type MatchDraft = NonNullable<NonNullable<NonNullable<Draft["policies"]>[number]>["match"]>

/** What no condition of a match can be judged on alone. */
export function matchFindings(match: MatchDraft, path: Path, draft: Draft): Finding[] {
  const at = (key: keyof Match, message: string | undefined) =>
    message === undefined ? [] : [{ path: [...path, key], message }]
  const findings = [...at("in", interfaceTrouble(match, draft)), ...at("set", setTrouble(match, draft))]
  // What was refused in part is judged no further.
  if (!isWhole(match)) return findings
  const trouble = emptyTrouble(match) ?? countTrouble(match)
  return [
    ...findings,
    ...at(match.dport.length > 0 ? "dport" : "sport", portTrouble(match)),
    ...familyFindings(match, path, draft),
    ...(trouble === undefined ? [] : [{ path, message: trouble }]),
  ]
}

function isWhole(match: MatchDraft): match is Match {
  const lists = [match.from, match.to, match.proto, match.sport, match.dport]
  return lists.every(list => list !== undefined && !list.includes(undefined))
}

function interfaceTrouble({ in: device }: MatchDraft, { lan }: Draft): string | undefined {
  if (device === undefined || lan === undefined || lan.includes(device)) return undefined
  return `found ${device}, which is not in lan, so nothing from there is steered; expected one of ${lan.join(", ")}`
}

function setTrouble({ set }: MatchDraft, { sets }: Draft): string | undefined {
  if (set === undefined || sets === undefined || Object.hasOwn(sets, set)) return undefined
  const known = Object.keys(sets)
  return `found ${set}, expected ${known.length === 0 ? "a set, but there are no sets" : `one of ${known.join(", ")}`}`
}

const WITHOUT = "would match every flow; name a condition, or give links weights instead of a policy"

function emptyTrouble(match: Match): string | undefined {
  return Object.values(match).every(value => Array.isArray(value) && value.length === 0) ? WITHOUT : undefined
}

function portTrouble({ proto, sport, dport }: Match): string | undefined {
  if (sport.length + dport.length === 0) return undefined
  if (proto.length > 0 && proto.every(hasPorts)) return undefined
  const found = proto.length === 0 ? "found ports and no proto" : "found ports, which not every proto here has"
  return `${found}; expected proto to be among tcp, udp, sctp, dccp and udplite`
}

const MOST_RULES = 256

function countTrouble(match: Match): string | undefined {
  const count = Math.max(ruleCount(match, 4), ruleCount(match, 6))
  if (count <= MOST_RULES) return undefined
  return `would take ${count} rules, expected at most ${MOST_RULES}; put the destinations into a set and match it with \`set\``
}

/** Source and destination of one packet are of one family. */
function familyFindings(match: Match, path: Path, { sets }: Draft): Finding[] {
  const asked = [
    ["from", hasFamily(match.from)],
    ["to", hasFamily(match.to)],
    ["set", match.set === undefined ? BOTH : setFamilies(sets?.[match.set])],
  ] as const
  const able = ([4, 6] as const).filter(family => asked.every(([, has]) => has[family]))
  if (able.length > 0) return []
  const [key] = asked.filter(([, has]) => !(has[4] && has[6])).at(-1) ?? ["to"]
  const message = "is of the one family and the rest of the match of the other, so no packet can be both"
  return [{ path: [...path, key], message: `${message}; make two policies of it` }]
}

const BOTH: PerFamily<boolean> = { 4: true, 6: true }

function hasFamily(networks: readonly string[]): PerFamily<boolean> {
  const has = (family: 4 | 6) => networks.length === 0 || networks.some(network => isOfFamily(network, family))
  return { 4: has(4), 6: has(6) }
}

/** What a file holds is not known here. */
function setFamilies(set: NonNullable<Draft["sets"]>[string]): PerFamily<boolean> {
  if (set === undefined) return BOTH
  if (isList(set)) return hasFamily(set.filter(network => network !== undefined))
  return "file" in set ? BOTH : { 4: "ipset" in set, 6: "ipset6" in set }
}

/** `Array.isArray` does not tell TypeScript of lists that are read only. */
function isList<T>(value: readonly T[] | object): value is readonly T[] {
  return Array.isArray(value)
}
