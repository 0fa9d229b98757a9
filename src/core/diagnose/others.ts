import type { Checkup, Firewall } from "./checkup.ts"
import { isShut } from "./forwarding.ts"
import { note, ok, warning, type Finding } from "./finding.ts"

/** Other programs that keep rules on this router: what they do to users' flows, and how they are told of the LAN. */
export function diagnoseOthers({ config, firewall, nft }: Checkup): readonly Finding[] {
  if (firewall.kind !== "found") return []
  const present = PROGRAMS.filter(({ isHere }) => isHere(firewall, nft?.tables ?? []))
  const ways = config.links.map(link => link.interface)
  const shut = config.lan.filter(device => isShut(firewall, device, ways))
  if (shut.length > 0) return shut.map(device => shutOut(device, firewall, present))
  if (present.length === 0) return [ok("forward rules", "no policy of iptables drops what the LAN sends")]
  return present.map(({ name, text, mend }) => note(name, text, mend("LAN-INTERFACE")))
}

interface Program {
  readonly name: string
  readonly isHere: (firewall: Firewall & { kind: "found" }, tables: NftTables) => boolean
  readonly text: string
  /** What lets an interface of the LAN through. */
  readonly mend: (device: string) => string
}

type NftTables = readonly { readonly family: string; readonly name: string }[]

const PROGRAMS: readonly Program[] = [
  {
    name: "firewalld",
    isHere: (firewall, tables) =>
      hasChain(firewall, /^FWDI?_|^FORWARD_direct$/) || tables.some(({ name }) => name === "firewalld"),
    text: "firewalld is at work, and rejects forwarded flows that its zones and policies do not allow",
    mend: device =>
      `firewall-cmd --permanent --zone=trusted --add-interface=${device}, then firewall-cmd --reload; see: firewall-cmd --get-active-zones`,
  },
  {
    name: "ufw",
    isHere: firewall => hasChain(firewall, /^ufw-/),
    text: "ufw is at work: it drops forwarded flows that no route rule allows, and each `ufw reload` makes rp_filter strict until the agent mends it",
    mend: device => `ufw route allow in on ${device}; and take rp_filter out of /etc/ufw/sysctl.conf`,
  },
  {
    name: "Docker",
    isHere: firewall => hasChain(firewall, /^DOCKER-/),
    text: "Docker is at work: it drops forwarded flows that are none of its containers', at each of its starts",
    mend: device => `iptables -I DOCKER-USER -i ${device} -j ACCEPT && iptables -I DOCKER-USER -o ${device} -j ACCEPT`,
  },
]

function hasChain({ saved }: Firewall & { kind: "found" }, name: RegExp): boolean {
  return [...Object.values(saved)].some(rules =>
    [...(rules.get("filter")?.keys() ?? [])].some(chain => name.test(chain)),
  )
}

function shutOut(device: string, { backend }: Firewall & { kind: "found" }, present: readonly Program[]): Finding {
  const [program] = present
  const text = `FORWARD of iptables drops by policy, and no rule lets ${device} through: its users have no way out`
  const iptables = `iptables-${backend}`
  const general = `${iptables} -I FORWARD -i ${device} -j ACCEPT && ${iptables} -I FORWARD -o ${device} -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT`
  return warning(
    "forward rules",
    `${text}${program === undefined ? "" : ` (${program.name} is at work here)`}`,
    program?.mend(device) ?? general,
  )
}
