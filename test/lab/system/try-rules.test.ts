import { beforeAll, describe, expect, test } from "vitest"
import { planOfConfig } from "../../../src/core/plan.ts"
import { reconcile } from "../../../src/core/reconcile.ts"
import { FEATURES, trialOf, trialSets } from "../../../src/core/diagnose/features.ts"
import { surveyBackends } from "../../../src/system/detect-backend.ts"
import type { Backend } from "../../../src/system/iptables.ts"
import { run } from "../../../src/system/run.ts"
import { tryRules } from "../../../src/system/try-rules.ts"
import { config } from "../../core/fixtures.ts"
import { enterPrivateNetwork } from "./private-network.ts"

const backends = (["nft", "legacy"] as const).map(name => ({
  name,
  family: 4 as const,
  save: `iptables-${name}-save`,
  restore: `iptables-${name}-restore`,
}))

const whole = reconcile(config(), planOfConfig(config()), new Map()).input

/** Everything that the packet filter could have been left with, tables without rules included. */
async function everything({ save }: Backend): Promise<string> {
  return (await run(save, [])).stdout
}

beforeAll(enterPrivateNetwork)

describe.each(backends)("$name", backend => {
  test("takes our whole ruleset, and this router's rules and tables stay as they are", async () => {
    expect(await everything(backend)).toBe("")
    expect(await tryRules(backend, whole)).toEqual({ kind: "works" })
    expect(await everything(backend)).toBe("")
  })

  test("takes each part of it alone", async () => {
    const sets = trialSets({ ...config(), family: 4, sticky: { forMs: 60_000 } })
    for (const feature of FEATURES) expect(await tryRules(backend, trialOf(feature), sets)).toEqual({ kind: "works" })
  })

  test("refuses what the kernel cannot do, in its own words", async () => {
    // Port matches of SCTP without `-p sctp`: only the kernel's own check of the rule finds that (xt_sctp).
    const trial = await tryRules(backend, "*mangle\n-A PREROUTING -m sctp --dport 1\nCOMMIT\n")
    expect(trial.kind).toBe("refused")
    expect(trial.kind === "refused" && trial.why).toMatch(/line \d.*failed/)
  })
})

test("a back end that is not installed could not be tried, which is no refusal", async () => {
  const absent = { name: "nft", family: 4, save: "x", restore: "iptables-of-another-world" } as const
  expect(await tryRules(absent, whole)).toMatchObject({ kind: "untried" })
})

test("the survey of back ends tells what each answered", async () => {
  const { choice, candidates } = await surveyBackends()
  expect(candidates.map(({ backend }) => backend.name)).toContain(choice.backend.name)
})
