import { expect, test } from "vitest"
import { featuresIn, FEATURES, trialOf, trialSets } from "../../../src/core/diagnose/features.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import { reconcile } from "../../../src/core/reconcile.ts"
import type { Match, PolicyConfig, SetConfig } from "../../../src/core/policy-config.ts"
import { config, link } from "../fixtures.ts"
import { asNetworks, NO_NETWORKS } from "../../../src/core/networks.ts"

const match: Match = { from: [], to: [], proto: [], sport: [], dport: [], set: "video", dscp: 46, in: null }
const ports = [80, 443].map(port => ({ first: port, last: port }))
const use = { kind: "order", links: ["isp1"] } as const
const policies: readonly PolicyConfig[] = [
  { name: "all", match: { ...match, proto: [{ 4: "tcp", 6: "tcp" }], dport: ports }, use, ifDown: "next" },
]
const sets: readonly SetConfig[] = [
  { kind: "owned", name: "video", networks: { 4: asNetworks(["192.0.2.0/24"]), 6: NO_NETWORKS } },
]

/** `-m NAME` and `-j TARGET` of rules; jumps to our own chains and RETURN need no module. */
function extensions(text: string): Set<string> {
  const words = [...text.matchAll(/-(?:m|j) ([A-Za-z]+)/g)].map(([, word]) => word ?? "")
  return new Set(words.filter(word => !/^(EVENKEEL|LOAD|RETURN|TRIAL|tcp)/.test(word)))
}

test("everything that our ruleset asks of the kernel is tried", () => {
  const links = [link(1), link(2, { nat: { snat: "192.0.2.9" } })]
  const whole = {
    ...config({ links, allDown: "unreachable", policies, sets, sticky: { forMs: 1000 } }),
    family: 4,
  } as const
  const asked = extensions(reconcile(whole, planOfConfig(whole), new Map()).input)
  const tried = extensions(FEATURES.map(trialOf).join(""))
  expect([...asked].filter(name => !tried.has(name))).toEqual([])
  expect(asked.size).toBeGreaterThan(5)
})

test("only what the configuration asks for is tried", () => {
  const modules = (whole: ReturnType<typeof config>) => {
    const ruleset = reconcile({ ...whole, family: 4 }, planOfConfig(whole), new Map()).input
    return new Set(featuresIn(ruleset).map(({ module }) => module))
  }
  const special = ["xt_nat", "xt_NETMAP", "xt_multiport", "xt_dscp", "xt_set"]
  const [plain, policed] = [modules(config()), modules(config({ policies, sets }))]
  const mapped = modules(config({ links: [link(1, { nat: { prefix: "2001:db8::/64", inside: null } }), link(2)] }))
  expect(special.filter(module => plain.has(module))).toEqual([])
  expect(special.filter(module => policed.has(module))).toEqual(["xt_multiport", "xt_dscp", "xt_set"])
  expect(special.filter(module => mapped.has(module))).toEqual(["xt_NETMAP"])
})

test("each set that the rules ask is there for the trial, and none where they ask none", () => {
  const steered = { ...config({ sets, sticky: { forMs: 1000 } }), family: 4 } as const
  expect(trialSets(steered).match(/^create \S+/gm)).toEqual([
    "create evenkeel-trial",
    "create evenkeel4-video",
    "create evenkeel4-sticky:1",
    "create evenkeel4-sticky:2",
  ])
  expect(trialSets({ ...config(), family: 4 })).toBe("")
})
