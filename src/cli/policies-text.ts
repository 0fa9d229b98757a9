import type { Config } from "../core/config.ts"
import type { PolicyConfig, SetConfig, Use } from "../core/policy-config.ts"
import { percent } from "../core/figures.ts"

/** `gaming → isp1, else isp2`: what a configuration does with some flows before it balances the others. */
export function policyRows({ policies, sets }: Config): readonly (readonly string[])[] {
  return [...titled("policies", policies.map(policyText)), ...titled("sets", sets.map(setText))]
}

function titled(title: string, texts: readonly string[]): readonly (readonly string[])[] {
  return texts.map((text, i) => [i === 0 ? title : "", text])
}

const WITHOUT: Readonly<Record<PolicyConfig["ifDown"], string>> = {
  next: "the next policy that matches",
  balance: "balanced",
  block: "refused",
}

function policyText({ name, use, ifDown }: PolicyConfig): string {
  return `${name} → ${useText(use)}, else ${WITHOUT[ifDown]}`
}

function useText(use: Use): string {
  if (use.kind === "order") return use.links.join(", else ")
  const total = use.shares.reduce((sum, { weight }) => sum + weight, 0)
  return use.shares.map(({ link, weight }) => `${link} ${percent(weight / total)}`).join(", ")
}

function setText(set: SetConfig): string {
  if (set.kind === "external")
    return `${set.name}: filled by others as ${[set.ipsets[4], set.ipsets[6]].filter(name => name !== null).join(" and ")}`
  return `${set.name}: ${set.networks[4].count} IPv4 and ${set.networks[6].count} IPv6 networks`
}
