import { z } from "zod"
import type { Config } from "../core/config.ts"
import { listOf } from "../core/networks.ts"
import type { AskedPin, KeptPin, Pin } from "../core/pins.ts"
import type { PolicyConfig, SetConfig } from "../core/policy-config.ts"
import type { Draft } from "./draft.ts"
import { policies } from "./policy.ts"
import { policyConfig } from "./policy-config.ts"
import { policyRules } from "./policy-rules.ts"
import type { Problem } from "./problems.ts"
import { formatPath, problemLine, problemsOf } from "./problems.ts"
import type { ProtocolNames } from "./protocol-names.ts"

export type PinRead =
  { readonly ok: true; readonly policy: PolicyConfig } | { readonly ok: false; readonly problems: readonly string[] }

const document = z.object({ policies })

/** What a pin means under this configuration, judged as if it were one of its policies. */
export function readPin({ match, use, ifDown }: AskedPin, config: Config, protocols: ProtocolNames): PinRead {
  const read = document.safeParse({ policies: [{ name: "pin", match, use, ifDown }] })
  if (!read.success) return refused(problemsOf(read.error))
  const [policy] = read.data.policies
  const findings = policyRules({ ...surroundings(config), ...read.data })
  if (policy === undefined || findings.length > 0)
    return refused(findings.map(({ path, message }) => ({ path: formatPath(path), message })))
  return { ok: true, policy: policyConfig(policy, protocols) }
}

/** Those that an earlier agent kept, and which of them cannot hold under this configuration. */
export function readPins(kept: readonly KeptPin[], config: Config, protocols: ProtocolNames) {
  const pins: Pin[] = []
  const unfit: { readonly name: string; readonly why: string }[] = []
  for (const pin of kept) {
    const read = readPin(pin, config, protocols)
    if (read.ok) pins.push({ ...pin, policy: { ...read.policy, name: pin.name } })
    else unfit.push({ name: pin.name, why: read.problems.join("; ") })
  }
  return { pins, unfit }
}

/** A pin has no place in a file: of `policies[0].match.from[0]` only `from[0]` tells its author something. */
function refused(problems: readonly Problem[]): PinRead {
  const isWhole = (path: string) => path === "policies[0].match" || path === "policies[0]"
  const short = (path: string) => (isWhole(path) ? "pin" : path.replace(/^policies\[0\]\.(match\.)?/, ""))
  return { ok: false, problems: problems.map(({ path, message }) => problemLine({ path: short(path), message })) }
}

function surroundings({ lan, links, markMask, sets }: Config): Draft {
  const marks = links.map(({ name, mark }) => ({ name, mark }))
  return { lan, links: marks, markMask, sets: Object.fromEntries(sets.map(set => [set.name, setDraft(set)])) }
}

/** Which families it has is all that is asked of it. */
function setDraft(set: SetConfig): NonNullable<Draft["sets"]>[string] {
  if (set.kind === "owned") return ([4, 6] as const).flatMap(family => listOf(set.networks[family]).slice(0, 1))
  const { 4: ipset, 6: ipset6 } = set.ipsets
  return { ...(ipset !== null && { ipset }), ...(ipset6 !== null && { ipset6 }) }
}
