import { lackingCapabilities, type Rights } from "../rights.ts"
import type { Checkup, Firewall, Tool, Trial } from "./checkup.ts"
import { ok, problem, warning, type Finding } from "./finding.ts"

/** Whether evenkeel can work at all: programs, rights, packet filter, kernel. */
export function diagnoseTools({ tools, rights, firewall }: Checkup): readonly Finding[] {
  return [
    toolsFound(tools),
    rightsHeld(rights),
    ...backendFound(firewall, rights),
    ...sideBySide(firewall),
    ...kernel(firewall),
  ]
}

function toolsFound(tools: readonly Tool[]): Finding {
  const missing = tools.filter(tool => !tool.found)
  if (missing.length === 0) return ok("tools", tools.map(tool => tool.program).join(", "))
  const packages = [...new Set(missing.map(tool => tool.package ?? tool.program))]
  return problem("tools", `missing: ${programs(missing)}`, `apt-get install ${packages.join(" ")}`)
}

function programs(tools: readonly Tool[]): string {
  return tools.map(tool => tool.program).join(", ")
}

function rightsHeld(rights: Rights): Finding {
  const lacking = lackingCapabilities(rights)
  if (lacking.length === 0) return ok("rights", "CAP_NET_ADMIN and CAP_NET_RAW")
  return problem("rights", `this process lacks ${lacking.join(" and ")}`, "sudo evenkeel doctor")
}

/** Without the right to ask, there is nothing to say. */
function backendFound(firewall: Firewall, rights: Rights): readonly Finding[] {
  if (firewall.kind === "found") return [ok("iptables", `${firewall.backend} back end, as ${firewall.reason}`)]
  return rights.netAdmin ? [problem("iptables", firewall.why, "apt-get install iptables")] : []
}

/** The kernel runs both sets of rules on every packet, and neither program shows the other's. */
function sideBySide(firewall: Firewall): readonly Finding[] {
  if (firewall.kind !== "found") return []
  const other = firewall.backend === "nft" ? "legacy" : "nft"
  if (firewall.saved[other] === undefined) return []
  const text = `nft and legacy iptables both hold rules, and both apply; evenkeel uses ${firewall.backend}`
  return [warning("iptables", text, `iptables-${other}-save, then remove what should not be there`)]
}

function kernel(firewall: Firewall): readonly Finding[] {
  return firewall.kind === "found" ? [kernelTaken(firewall.trial)] : []
}

function kernelTaken(trial: Trial): Finding {
  switch (trial.kind) {
    case "works":
      return ok("kernel", "it takes every rule that evenkeel needs")
    case "untried":
      return warning("kernel", `its features could not be tried: ${trial.why}`, "sudo evenkeel doctor")
    case "refused": {
      const modules = trial.missing.map(feature => feature.module)
      return problem("kernel", refusal(modules, trial.why), `modprobe -a ${modules.join(" ") || "nf_tables nf_nat"}`)
    }
  }
}

function refusal(modules: readonly string[], why: string): string {
  return modules.length === 0 ? `it refuses evenkeel's rules: ${why}` : `it lacks ${modules.join(", ")}`
}
