import type { Checkup, Flowtable } from "./checkup.ts"
import { foreignRules } from "./foreign-rules.ts"
import { note, warning, type Finding } from "./finding.ts"

const CONSEQUENCE = "flows in it pass by all rules: they are not moved when their link dies, nor counted"

/** Forwarding that goes past the rules. Without any of it there is nothing to say. */
export function diagnoseOffload({ config, firewall, nft, hardwareOffloads }: Checkup): readonly Finding[] {
  const devices = config.links.map(link => link.interface)
  const concerned = (nft?.flowtables ?? []).filter(table => table.devices.some(device => devices.includes(device)))
  const targets =
    firewall.kind === "found" ? foreignRules(firewall).filter(({ rule }) => rule.includes("-j FLOWOFFLOAD")) : []
  return [
    ...concerned.map(flowtable),
    ...targets.map(({ backend, table, chain, rule }) =>
      warning(
        "offload",
        `${table} ${chain} ${rule}: ${CONSEQUENCE}`,
        `iptables-${backend} -t ${table} -D ${chain} ${rule}`,
      ),
    ),
    ...hardwareOffloads.map(device =>
      note(
        "offload",
        `the network card of ${device} may forward flows by itself (hw-tc-offload), past the rules`,
        `ethtool -K ${device} hw-tc-offload off`,
      ),
    ),
  ]
}

function flowtable({ family, table, name, devices }: Flowtable): Finding {
  const text = `nft flowtable ${name} of ${family} ${table} (${devices.join(", ")}): ${CONSEQUENCE}`
  return warning("offload", text, `nft -a list table ${family} ${table}, then delete the rule with: flow add @${name}`)
}
