import type { Feature } from "./checkup.ts"

/** Every part of our ruleset that a kernel may have been built without: iptables-extensions(8). */
export const FEATURES: readonly Feature[] = [
  { module: "xt_mark", table: "mangle", rule: "-m mark --mark 0x1/0x1 -j MARK --set-xmark 0x1/0x1" },
  { module: "xt_connmark", table: "mangle", rule: "-j CONNMARK --restore-mark --nfmask 0x1 --ctmask 0x1" },
  { module: "xt_conntrack", table: "mangle", rule: "-m conntrack --ctstate NEW --ctdir ORIGINAL" },
  { module: "xt_statistic", table: "mangle", rule: "-m statistic --mode random --probability 0.5" },
  { module: "xt_addrtype", table: "mangle", rule: "-m addrtype --dst-type UNICAST" },
  { module: "xt_MASQUERADE", table: "nat", rule: "-o lo -j MASQUERADE" },
  { module: "xt_nat", table: "nat", rule: "-o lo -j SNAT --to-source 192.0.2.1" },
]

/** Input for `iptables-restore` that asks for this part alone. MASQUERADE and SNAT are valid only below POSTROUTING. */
export function trialOf({ table, rule }: Feature): string {
  const chain = table === "nat" ? "POSTROUTING" : "PREROUTING"
  return `*${table}\n:TRIAL - [0:0]\n-A ${chain} -j TRIAL\n-A TRIAL ${rule}\nCOMMIT\n`
}
