import { expect, test } from "vitest"
import { weigh, planOfConfig, type Plan } from "../../src/core/plan.ts"
import { reconcile } from "../../src/core/reconcile.ts"
import { parseSaved } from "../../src/core/saved.ts"
import { areStale } from "../../src/core/stale-rules.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import type { PolicyConfig } from "../../src/core/policy-config.ts"
import { fakeRules, restored, saved } from "./fake-iptables.ts"
import { config, link, states } from "./fixtures.ts"

const onlyIsp2: PolicyConfig = {
  name: "tcp",
  match: { from: [], to: [], proto: [{ 4: "tcp", 6: "tcp" }], sport: [], dport: [], set: null, dscp: null, in: null },
  use: { kind: "order", links: ["isp2"] },
  ifDown: "block",
}
const HELD = config({ policies: [onlyIsp2] })

const planFor = (held: typeof HELD, ...names: readonly LinkStateName[]) =>
  weigh(held, states(...names), planOfConfig(held))

/** What the kernel prints of the rules of one plan. */
const printed = (inForce: Plan, held = HELD) =>
  parseSaved(saved(restored(fakeRules(), reconcile(held, inForce, parseSaved("")).input)))

/** Rules of one plan, while another is wanted. */
const isStale = (inForce: Plan, wanted: Plan, held = HELD) => areStale(printed(inForce, held), wanted, held.links)

test("rules that give flows to a link that died, or that hold its flows, are stale", () => {
  expect(isStale(planFor(HELD, "up", "up"), planFor(HELD, "up", "down"))).toBe(true)
  const healthy = planFor(HELD, "up", "up")
  expect(isStale({ ...healthy, move: [] }, { ...healthy, move: [1] })).toBe(true)
})

test("a policy alone that gives flows to a link that died makes them stale, whatever becomes of the link's flows", () => {
  const held = config({ ...HELD, links: [link(1), link(2, { weight: 0, onDown: "hold" })] })
  expect(isStale(planFor(held, "up", "up"), planFor(held, "up", "down"), held)).toBe(true)
  expect(isStale(planFor(held, "up", "up"), planFor(held, "up", "up"), held)).toBe(false)
})

test("other shares, a link that comes back and flows that were refused can wait, as can all where nothing is steered", () => {
  const healthy = planFor(HELD, "up", "up")
  const swapped = healthy.balance.map(({ mark }) => ({ mark, weight: 3 - mark }))
  expect(isStale(healthy, { ...healthy, balance: swapped })).toBe(false)
  expect(isStale(planFor(HELD, "up", "down"), healthy)).toBe(false)
  const plain = config()
  const refused = { ...healthy, move: [HELD.markMask] }
  expect(areStale(printed(planFor(plain, "up", "up"), plain), refused, HELD.links)).toBe(false)
  expect(areStale(parseSaved(""), planFor(HELD, "up", "down"), HELD.links)).toBe(false)
})
