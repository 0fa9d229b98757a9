import { expect, test } from "vitest"
import { FEATURES, trialOf } from "../../../src/core/diagnose/features.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import { reconcile } from "../../../src/core/reconcile.ts"
import { config, link } from "../fixtures.ts"

/** `-m NAME` and `-j TARGET` of rules; jumps to our own chains and RETURN need no module. */
function extensions(text: string): Set<string> {
  const words = [...text.matchAll(/-(?:m|j) ([A-Za-z]+)/g)].map(([, word]) => word ?? "")
  return new Set(words.filter(word => !/^(EVENKEEL|LOAD|RETURN|TRIAL)/.test(word)))
}

test("everything that our ruleset asks of the kernel is tried", () => {
  const links = [link(1), link(2, { nat: { snat: "192.0.2.9" } })]
  const whole = config({ links, allDown: "unreachable" })
  const asked = extensions(reconcile(whole, planOfConfig(whole), new Map()).input)
  const tried = extensions(FEATURES.map(trialOf).join(""))
  expect([...asked].filter(name => !tried.has(name))).toEqual([])
  expect(asked.size).toBeGreaterThan(5)
})
