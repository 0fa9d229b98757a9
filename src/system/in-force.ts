import type { Plan } from "../core/plan.ts"
import { planInForce } from "../core/reconcile.ts"
import { parseSaved } from "../core/saved.ts"
import { save, type Backend } from "./iptables.ts"

/** The plan that the kernel's rules carry out now; null: none of ours are there. */
export async function inForceNow(backend: Backend): Promise<Plan | null> {
  return planInForce(parseSaved(await save(backend)))
}
