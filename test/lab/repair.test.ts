import { describe, expect, test } from "vitest"
import { monotonicMs } from "../../src/lab/clock.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { addForeign, foreignRules } from "./support/foreign.ts"
import { lastSeq, untilEvent } from "./support/journal.ts"
import { everything, type Backend } from "./support/rules.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"

type Edit = (lab: Lab, backend: Backend) => Promise<unknown>

const iptables =
  (words: string): Edit =>
  (lab, backend) =>
    lab.exec("rtr", `iptables-${backend}`, words.split(" "))
const ip =
  (line: string): Edit =>
  lab =>
    lab.ip("rtr", [line])

const edits: readonly (readonly [what: string, edit: Edit])[] = [
  ["all of mangle is flushed", iptables("-t mangle -F")],
  ["LOAD_BALANCE is flushed", iptables("-t mangle -F LOAD_BALANCE")],
  ["a rule of ours is deleted", iptables("-t mangle -D LOAD_BALANCE 1")],
  ["somebody's rule is put into a chain of ours", iptables("-t mangle -I EVENKEEL -j RETURN")],
  ["the jump to our chain is deleted", iptables("-t mangle -D PREROUTING -j EVENKEEL")],
  ["our address translation is flushed", iptables("-t nat -F EVENKEEL_NAT")],
  ["an ip rule is deleted", ip("rule del pref 10002 protocol 107")],
  ["the rule for connected routes is deleted", ip("rule del pref 10000 protocol 107")],
  ["a link's route is deleted", ip("route del default table 101")],
  ["a link's table is flushed", ip("route flush table 102")],
]

/** A flush of somebody's takes their own rules too: those are not ours to bring back. */
function withoutForeignMangle(text: string): string {
  const gone = foreignRules("mangle")
  return text
    .split("\n")
    .filter(line => !gone.includes(line))
    .join("\n")
}

/** The order of rules and of routes with one priority is the kernel's business. */
async function state(lab: Lab): Promise<Readonly<Record<string, readonly string[]>>> {
  const { nft = "", legacy = "", rule = "", route = "" } = await everything(lab)
  return { nft: nft.split("\n"), legacy: legacy.split("\n"), rule: sorted(rule), route: sorted(route) }
}

const sorted = (text: string) => text.split("\n").sort()

async function mend({ lab, agent }: Scene, backend: Backend, edit: Edit, isFlush: boolean): Promise<number> {
  const before = await state(lab)
  const wanted = isFlush
    ? { ...before, [backend]: withoutForeignMangle((before[backend] ?? []).join("\n")).split("\n") }
    : before
  const afterSeq = lastSeq(agent)
  const startMs = monotonicMs()
  await edit(lab, backend)
  // What was repaired was broken: a look in between could come too late to see it.
  const told = await untilEvent(agent, event => event.type === "rules.repaired", { afterSeq, withinMs: 5_000 })
  await expect.poll(() => state(lab), { timeout: 5_000 - (monotonicMs() - startMs), interval: 50 }).toEqual(wanted)
  const endMs = monotonicMs()
  expect(told).toHaveProperty("what.0")
  return endMs - startMs
}

describe.each(["nft", "legacy"] as const)("with %s, beside foreign rules", backend => {
  test("foreign edits are mended within 5 s and journalled, and foreign rules stay untouched", async () => {
    const prepare = async (lab: Lab) => {
      await lab.exec("rtr", "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1"])
      await addForeign(lab, backend)
    }
    const act = async (scene: Scene) => {
      for (const [what, edit] of [...edits.slice(1), ...edits.slice(0, 1)]) {
        const tookMs = await mend(scene, backend, edit, what.startsWith("all of mangle"))
        console.log(`${backend}: ${what}: mended after ${tookMs.toFixed(0)} ms`)
      }
    }
    await withScene(twoLinks, {}, act, prepare)
  })
})
