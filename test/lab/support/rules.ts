import { setTimeout as sleep } from "node:timers/promises"
import type { Plan } from "../../../src/core/plan.ts"
import { planInForce } from "../../../src/core/reconcile.ts"
import { parseSaved } from "../../../src/core/saved.ts"
import { monotonicMs } from "../../../src/lab/clock.ts"
import type { Lab } from "../../../src/lab/lab.ts"

export type Backend = "nft" | "legacy"

/** `iptables` or `ip6tables`: that of what the lab's users speak. */
export const iptables = ({ family }: Pick<Lab, "family">) => (family === 6 ? "ip6tables" : "iptables")

/** The router's rules for the users' family as one back end prints them, without the date and the counters. */
export async function rules(lab: Lab, backend: Backend = "nft"): Promise<string> {
  const { stdout } = await lab.exec("rtr", `${iptables(lab)}-${backend}-save`, [])
  return stdout.replace(/^#.*\n/gm, "").replace(/ \[\d+:\d+\]$/gm, "")
}

export async function planOf(lab: Lab, backend: Backend = "nft"): Promise<Plan | null> {
  return planInForce(parseSaved(await rules(lab, backend)))
}

/** Marks that new flows may get now. */
export async function carriers(lab: Lab, backend: Backend = "nft"): Promise<readonly number[]> {
  return (await planOf(lab, backend))?.balance.map(share => share.mark) ?? []
}

/**
 * Looks until it holds: a look at the rules starts two programs, so no more often than the test needs. @returns the monotonic time of the first look at which it did.
 * @throws Error after `withinMs`.
 */
export async function until(isSo: () => Promise<boolean>, withinMs: number, everyMs = 50): Promise<number> {
  const endMs = monotonicMs() + withinMs
  while (!(await isSo())) {
    if (monotonicMs() > endMs) throw new Error(`not so within ${withinMs} ms: ${isSo.toString()}`)
    await sleep(everyMs)
  }
  return monotonicMs()
}

/** All that teardown has to leave as it was. */
export async function everything(lab: Lab): Promise<Readonly<Record<string, string>>> {
  const print = async (file: string, ...args: string[]) => (await lab.exec("rtr", file, args)).stdout
  const [nft, legacy, rule, route, sysctl] = await Promise.all([
    rules(lab, "nft"),
    rules(lab, "legacy"),
    print("ip", "rule"),
    print("ip", "route", "show", "table", "all"),
    print("sysctl", "-a", "--pattern", "^net\\.ipv4\\."),
  ])
  return { nft, legacy, rule, route, sysctl: sysctl.replace(/^.*(random|fragment|_mem).*\n/gm, "") }
}
