import { alertRules } from "./alert-rules.ts"
import type { Draft, Finding } from "./draft.ts"
import { formatDuration } from "./duration.ts"
import { interfaceRules, linkRules } from "./link-rules.ts"
import { policyRules } from "./policy-rules.ts"
import { probeRules } from "./probe-rules.ts"
import { setRules } from "./set-rules.ts"
import { shareRules } from "./share-rules.ts"

/** Everything that no value can be judged on alone. */
export function findingsOf(draft: Draft): Finding[] {
  const rules = [
    filesApart,
    lanNeeded,
    interfaceRules,
    linkRules,
    probeRules,
    healthRules,
    policyRules,
    setRules,
    shareRules,
    alertRules,
  ]
  return rules.flatMap(rule => rule(draft))
}

function filesApart({ stateDir, socket }: Draft): Finding[] {
  if (stateDir === undefined || socket === undefined || !`${stateDir}/`.startsWith(`${socket}/`)) return []
  return [{ path: ["socket"], message: `found ${socket}, where stateDir (${stateDir}) needs a directory` }]
}

/** A host with no LAN may balance its own flows; with those left alone, nothing would be left to do. */
function lanNeeded({ lan, routerTraffic }: Draft): Finding[] {
  if (lan?.length !== 0 || routerTraffic !== "leave") return []
  const message = "found an empty list, and routerTraffic: leave; name a LAN interface, or let routerTraffic be balance"
  return [{ path: ["lan"], message }]
}

function healthRules({ health }: Draft): Finding[] {
  const { interval, timeout, downAfter } = health ?? {}
  const findings: Finding[] = []
  if (interval !== undefined && downAfter !== undefined && downAfter < interval)
    findings.push({
      path: ["health", "downAfter"],
      message: `${formatDuration(downAfter)} is shorter than interval (${formatDuration(interval)}), so a healthy link would look silent between two probes; expected at least interval`,
    })
  if (typeof timeout === "number" && downAfter !== undefined && timeout > downAfter)
    findings.push({
      path: ["health", "timeout"],
      message: `${formatDuration(timeout)} is longer than downAfter (${formatDuration(downAfter)}), so a lost probe would still be awaited when the link must be judged; expected auto or at most downAfter`,
    })
  return [...findings, ...dampingFindings(health?.damping)]
}

function dampingFindings({ suppress, reuse }: NonNullable<NonNullable<Draft["health"]>["damping"]> = {}): Finding[] {
  if (suppress === undefined || reuse === undefined || reuse < suppress) return []
  const message = `found ${reuse}, so a link would be let back as soon as it is damped; expected less than suppress (${suppress})`
  return [{ path: ["health", "damping", "reuse"], message }]
}
