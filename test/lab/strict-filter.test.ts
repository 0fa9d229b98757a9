import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { monotonicMs } from "../../src/lab/clock.ts"
import { evenkeelJson } from "./support/command.ts"
import { eventsSince, lastSeq, untilEvent } from "./support/journal.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"

/** @returns what the agent says it put back, after somebody set this. */
async function mended({ lab, agent }: Scene, setting: string): Promise<readonly string[]> {
  const afterSeq = lastSeq(agent)
  const startMs = monotonicMs()
  await lab.exec("rtr", "sysctl", ["-qw", setting])
  const event = await untilEvent(agent, ({ type }) => type === "rules.repaired", { afterSeq, withinMs: 7_000 })
  console.log(`${setting}: mended after ${(monotonicMs() - startMs).toFixed(0)} ms`)
  return event.type === "rules.repaired" ? event.what : []
}

const conf = "net/ipv4/conf"

test("rp_filter made strict under a running agent is mended, however often, and no link goes down", async () => {
  await withScene({ ...twoLinks, rpFilter: 0 }, {}, async scene => {
    const seq = lastSeq(scene.agent)
    const both = ["eth0", "eth1"].flatMap(device => [
      `${conf}/${device}/rp_filter=2`,
      `${conf}/${device}/src_valid_mark=1`,
    ])
    expect(await mended(scene, "net.ipv4.conf.all.rp_filter=1")).toEqual(both)
    for (let i = 0; i < 3; i++)
      expect(await mended(scene, "net.ipv4.conf.eth1.rp_filter=1")).toEqual([`${conf}/eth1/rp_filter=2`])
    // Until the last reading that these have led to is over: of src_valid_mark nothing tells, so a look has to find it.
    await sleep(2_000)
    expect(await mended(scene, "net.ipv4.conf.eth1.src_valid_mark=0")).toEqual([`${conf}/eth1/src_valid_mark=1`])
    expect(eventsSince(scene.agent, seq).filter(({ type }) => type !== "rules.repaired")).toEqual([])
    const { findings } = (await evenkeelJson(scene.lab, "doctor")) as { findings: readonly unknown[] }
    expect(findings).toContainEqual(expect.objectContaining({ check: "rp_filter", level: "ok" }))
  })
})
