import { chainOf, type Saved } from "../saved.ts"
import type { Firewall } from "./checkup.ts"

/**
 * Whether some back end drops by policy all that is forwarded from this interface to one of `ways`. A rule that may let
 * a part of it through counts as one that lets all through: better no word than a wrong one.
 */
export function isShut(
  { forwardPolicy, saved }: Firewall & { kind: "found" },
  device: string,
  ways: readonly string[],
): boolean {
  return (["nft", "legacy"] as const).some(
    backend => forwardPolicy[backend] === "DROP" && !mayPass(saved[backend] ?? new Map(), "FORWARD", device, ways),
  )
}

function mayPass(
  rules: Saved,
  chain: string,
  device: string,
  ways: readonly string[],
  seen: readonly string[] = [],
): boolean {
  if (seen.includes(chain)) return false
  return (chainOf(rules, "filter", chain) ?? []).some(rule => {
    if (!mayConcern(rule, device, ways)) return false
    const target = /-[jg] (\S+)/.exec(rule)?.[1] ?? ""
    return target === "ACCEPT" || mayPass(rules, target, device, ways, [...seen, chain])
  })
}

/** Not where it asks for other interfaces, for a flow that has begun already, or for ICMP, which nearly all let through. */
function mayConcern(rule: string, device: string, ways: readonly string[]): boolean {
  const isNew = !/--(?:ct)?state (?!\S*NEW)/.test(rule)
  return isNew && !/-p (?:icmp|1)\b/.test(rule) && isOf("-i", rule, [device]) && isOf("-o", rule, ways)
}

/** Whether what the rule asks for may be one of these; it need not ask. A trailing `+` stands for anything (iptables(8)). */
function isOf(option: string, rule: string, devices: readonly string[]): boolean {
  const [, not, name] = new RegExp(`(?:^| )(! )?${option} (\\S+)`).exec(rule) ?? []
  if (name === undefined) return true
  const agrees = (device: string) => (name.endsWith("+") ? device.startsWith(name.slice(0, -1)) : device === name)
  return devices.some(device => agrees(device) === (not === undefined))
}
