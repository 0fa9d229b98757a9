import type { Lab } from "../../../src/lab/lab.ts"
import type { Backend } from "./rules.ts"

/** Rules of other people's in every table that evenkeel works in, with marks of theirs and names like ours. */
const tables = `*mangle
:EVENKEELISH - [0:0]
:CUSTOM - [0:0]
-A PREROUTING -i lan0 -j CONNMARK --restore-mark --nfmask 0xff00 --ctmask 0xff00
-A PREROUTING -i lan0 -p udp -m udp --dport 5060 -j MARK --set-xmark 0x500/0xff00
-A FORWARD -o eth0 -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
-A POSTROUTING -j EVENKEELISH
-A CUSTOM -m comment --comment "not  ours" -j RETURN
COMMIT
*nat
:LOAD_BALANCE - [0:0]
-A PREROUTING -d 203.0.113.80/32 -p tcp -m tcp --dport 80 -j LOAD_BALANCE
-A POSTROUTING -s 10.99.0.0/24 -o eth0 -j SNAT --to-source 203.0.113.9
-A LOAD_BALANCE -j DNAT --to-destination 10.0.0.6
COMMIT
*filter
-A FORWARD -s 10.66.0.0/16 -j DROP
-A INPUT -i eth0 -p tcp -m tcp --dport 22 -j DROP
COMMIT
`

const routing = [
  "rule add pref 5000 from 10.77.0.0/16 lookup 200",
  "rule add pref 12000 fwmark 0x500/0xff00 lookup 201",
  "rule add pref 10001 from 10.78.0.0/16 lookup 200",
  "route add default via 192.168.1.1 dev eth0 table 200",
  "route add 172.20.0.0/16 via 192.168.1.1 dev eth0 table 101",
  "route add blackhole 172.21.0.0/16",
]

/** What a router has on it before evenkeel comes; without a back end, no packet filter rules. */
export async function addForeign(lab: Lab, backend: Backend | null): Promise<void> {
  if (backend !== null) await lab.exec("rtr", `iptables-${backend}-restore`, ["--noflush"], { input: tables })
  await lab.ip("rtr", routing)
}

/** Those of them that `iptables-save` prints of one table, in its words. */
export function foreignRules(table: "mangle" | "nat"): readonly string[] {
  const start = tables.indexOf(`*${table}`)
  return tables
    .slice(start, tables.indexOf("COMMIT", start))
    .split("\n")
    .filter(line => line.startsWith("-A"))
}
