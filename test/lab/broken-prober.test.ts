import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { eventsSince, lastSeq } from "./support/journal.ts"
import { planOf } from "./support/rules.ts"
import { twoLinks, withScene } from "./support/scene.ts"

test("a local firewall that drops the probes is told as probe.broken, and no state changes for it", async () => {
  await withScene(twoLinks, {}, async ({ lab, agent }) => {
    const [seq, before] = [lastSeq(agent), await planOf(lab)]
    const drop = ["-I", "OUTPUT", "-o", "eth+", "-j", "DROP"]
    await lab.exec("rtr", "iptables", drop)
    await sleep(15_000)
    const told = eventsSince(agent, seq)
    const broken = told.filter(event => event.type === "probe.broken")
    expect(new Set(told.map(event => event.type))).toEqual(new Set(["probe.broken"]))
    expect(new Set(broken.map(event => event.link))).toEqual(new Set(["isp1", "isp2"]))
    expect(new Set(broken.map(event => `${event.link} ${event.probe}`)).size).toBe(broken.length)
    expect(broken[0]?.error).toMatch(/EPERM|not permitted/)
    expect(await planOf(lab)).toEqual(before)
    await lab.exec(
      "rtr",
      "iptables",
      drop.map(word => word.replace("-I", "-D")),
    )
    await sleep(5_000)
    expect(eventsSince(agent, told.at(-1)?.seq ?? 0)).toEqual([])
  })
})
