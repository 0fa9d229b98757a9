/**
 * Rewrites the balancing chains of its own network namespace, back and forth between two plans: as evenkeel does
 * (`restore`), or as scripts do (`flush`: empty the chain, then append rule by rule). Used by unmarked.ts.
 */
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import type { Plan } from "../../src/core/plan.ts"
import { BALANCE_CHAIN, planChains, restoreInput } from "../../src/core/ruleset.ts"
import type { Steered } from "../../src/core/new-flow-rules.ts"
import { detectBackend } from "../../src/system/detect-backend.ts"
import { restore } from "../../src/system/iptables.ts"
import { run } from "../../src/system/run.ts"

const PAUSE_MS = 20
const [, , way = "restore", count = "100"] = argv

const plans: readonly Plan[] = [
  {
    balance: [
      { mark: 1, weight: 70 },
      { mark: 2, weight: 30 },
    ],
    move: [],
    ways: [],
  },
  { balance: [{ mark: 2, weight: 1 }], move: [], ways: [] },
]

const { backend } = await detectBackend()

/** Neither policies nor sticky sources. */
const plain: Steered = { family: 4, markMask: 0xff, links: [], policies: [], sets: [], sticky: null }

async function flushAndAppend(plan: Plan): Promise<void> {
  await run("iptables", ["-t", "mangle", "-F", BALANCE_CHAIN])
  for (const rule of planChains(plain, plan)[BALANCE_CHAIN] ?? [])
    await run("iptables", ["-t", "mangle", "-A", BALANCE_CHAIN, ...rule.split(" ")])
}

for (let i = 0; i < Number(count); i++) {
  const plan = plans[i % 2] ?? { balance: [], move: [], ways: [] }
  if (way === "flush") await flushAndAppend(plan)
  else await restore(backend, restoreInput("mangle", planChains(plain, plan)))
  await sleep(PAUSE_MS)
}
