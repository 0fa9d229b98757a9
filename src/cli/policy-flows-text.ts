import type { PolicyFlows, WayNow } from "../core/policy-flows.ts"
import { percent } from "../core/figures.ts"
import { columns, type Paint } from "./format.ts"

const head = ["POLICY", "NEW FLOWS", "GO NOW"]
const alignments = ["left", "right", "left"] as const

/** Each policy with how many flows met it and where they go; no lines without policies. */
export function policyTable(policies: readonly PolicyFlows[], paint: Paint): readonly string[] {
  if (policies.length === 0) return []
  const rows = policies.map(policy => [paint.bold(policy.name), String(policy.packets), goingText(policy)])
  return ["", columns([head.map(paint.dim), ...rows], "", alignments)]
}

function goingText({ way, wayIpv6 }: PolicyFlows): string {
  const [ipv4, ipv6] = [wayText(way), wayIpv6 === null ? null : wayText(wayIpv6)]
  return ipv6 === null || ipv6 === ipv4 ? ipv4 : `${ipv4}; IPv6 ${ipv6}`
}

function wayText(way: WayNow | null): string {
  switch (way?.kind) {
    case undefined:
      return "nowhere: its rules are not set up"
    case "balance":
      return sharesText(way.shares)
    case "next":
      return "by the next policy that matches, else as the others"
    case "all":
      return "as the others"
    case "blocked":
      return "refused"
  }
}

function sharesText(shares: Readonly<Record<string, number>>): string {
  const links = Object.entries(shares)
  if (links.length === 1) return links.map(([link]) => link).join()
  return links.map(([link, share]) => `${link} ${percent(share)}`).join(", ")
}
