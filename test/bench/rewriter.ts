/**
 * Rewrites the balancing chains of its own network namespace, back and forth between two plans: as evenkeel does
 * (`restore`), or as scripts do (`flush`: empty the chain, then append rule by rule). Used by unmarked.ts.
 */
import { argv } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import type { Plan } from "../../src/core/plan.ts"
import { BALANCE_CHAIN, planChains, restoreInput } from "../../src/core/ruleset.ts"
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
  },
  { balance: [{ mark: 2, weight: 1 }], move: [] },
]

const { backend } = await detectBackend()

async function flushAndAppend(plan: Plan): Promise<void> {
  await run("iptables", ["-t", "mangle", "-F", BALANCE_CHAIN])
  for (const rule of planChains(plan, 0xff)[BALANCE_CHAIN] ?? [])
    await run("iptables", ["-t", "mangle", "-A", BALANCE_CHAIN, ...rule.split(" ")])
}

for (let i = 0; i < Number(count); i++) {
  const plan = plans[i % 2] ?? { balance: [], move: [] }
  if (way === "flush") await flushAndAppend(plan)
  else await restore(backend, restoreInput("mangle", planChains(plan, 0xff)))
  await sleep(PAUSE_MS)
}
