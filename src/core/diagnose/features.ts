import type { FamilyConfig } from "../family.ts"
import { setNames, stickyText } from "../ipsets.ts"
import type { Feature } from "./checkup.ts"

const TRIAL_SET = "evenkeel-trial"

/** Every part of our ruleset that a kernel may have been built without: iptables-extensions(8). */
export const FEATURES: readonly Feature[] = [
  { module: "xt_mark", table: "mangle", rule: "-m mark --mark 0x1/0x1 -j MARK --set-xmark 0x1/0x1" },
  { module: "xt_connmark", table: "mangle", rule: "-j CONNMARK --restore-mark --nfmask 0x1 --ctmask 0x1" },
  { module: "xt_conntrack", table: "mangle", rule: "-m conntrack --ctstate NEW --ctdir ORIGINAL" },
  { module: "xt_statistic", table: "mangle", rule: "-m statistic --mode random --probability 0.5" },
  { module: "xt_addrtype", table: "mangle", rule: "-m addrtype --dst-type UNICAST" },
  { module: "xt_MASQUERADE", table: "nat", rule: "-o lo -j MASQUERADE" },
  { module: "xt_nat", table: "nat", rule: "-o lo -j SNAT --to-source 192.0.2.1" },
  { module: "xt_NETMAP", table: "nat", rule: "-o lo -j NETMAP --to 192.0.2.0/24" },
  { module: "xt_multiport", table: "mangle", rule: "-p tcp -m multiport --dports 80,443" },
  { module: "xt_dscp", table: "mangle", rule: "-m dscp --dscp 0x2e" },
  { module: "xt_set", table: "mangle", rule: `-m set --match-set ${TRIAL_SET} dst` },
  { module: "xt_set", table: "mangle", rule: `-j SET --add-set ${TRIAL_SET} src` },
]

/** Those that this ruleset asks for: nobody misses what no rule of theirs needs. */
export function featuresIn(ruleset: string): readonly Feature[] {
  return FEATURES.filter(
    ({ rule }) => ruleset.includes(` ${extensionOf(rule)} `) || ruleset.includes(` ${extensionOf(rule)}\n`),
  )
}

/** `-j SNAT`, `-m set`: what each feature is named by. */
function extensionOf(rule: string): string {
  return (/-j (?!TRIAL)\S+/.exec(rule) ?? /-m \S+/.exec(rule))?.[0] ?? rule
}

/** Input for `ipset restore` that makes, empty, each set that the rules of this family or a trial of one may ask. */
export function trialSets({ family, sets, sticky, links }: FamilyConfig): string {
  const kind = family === 4 ? "inet" : "inet6"
  const names = [...setNames(sets).values()].flatMap(each => each[family] ?? [])
  const marks = sticky === null ? [] : links.map(({ mark }) => mark)
  if (names.length + marks.length === 0) return ""
  const create = (name: string) => `create ${name} hash:net family ${kind} -exist\n`
  return [TRIAL_SET, ...names].map(create).join("") + stickyText(family, marks)
}

/** Input for `iptables-restore` that asks for this part alone. MASQUERADE and SNAT are valid only below POSTROUTING. */
export function trialOf({ table, rule }: Feature): string {
  const chain = table === "nat" ? "POSTROUTING" : "PREROUTING"
  return `*${table}\n:TRIAL - [0:0]\n-A ${chain} -j TRIAL\n-A TRIAL ${rule}\nCOMMIT\n`
}
