import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { addressChange, deleteInterface, remakeInterface } from "../../src/lab/faults.ts"
import { runClient } from "../../src/lab/users.ts"
import { eventsSince, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { topologies, withScene, type Scene } from "./support/scene.ts"

const quick = { top: { health: { upAfter: "1s" } } }

/** Links that 100 flows went over, none of which may fail. */
async function used({ lab }: Scene): Promise<readonly (string | null)[]> {
  const { via, failed } = await runClient(lab, "flows", { count: 100 })
  expect(failed).toBe(0)
  return Object.keys(via).map(lab.linkOf).sort()
}

async function both({ lab }: Scene): Promise<void> {
  await until(async () => (await carriers(lab)).length === 2, 10_000)
}

async function routeOf({ lab }: Scene, table: number): Promise<string> {
  return (await lab.exec("rtr", "ip", ["route", "show", "table", String(table)])).stdout.trim()
}

describe.each(topologies)("over %s", (_, spec) => {
  test("an interface that is deleted and made again (a PPP session) carries flows again", async () => {
    await withScene(spec, quick, async scene => {
      for (let round = 0; round < 2; round++) {
        const down = untilState(scene.agent, "isp1", "down")
        await deleteInterface(scene.lab, "isp1")
        expect(await down).toMatchObject({ reason: "interface missing" })
        await until(async () => (await carriers(scene.lab)).join() === "2", 1_000)
        expect(await used(scene)).toEqual(["isp2"])
        await sleep(500)
        const up = untilState(scene.agent, "isp1", "up")
        await remakeInterface(scene.lab, "isp1")
        await up
        await both(scene)
        expect(await used(scene)).toEqual(["isp1", "isp2"])
      }
    })
  })

  test("an interface that is made again at once, before anybody looked, is right too", async () => {
    await withScene(spec, quick, async scene => {
      await deleteInterface(scene.lab, "isp1")
      await remakeInterface(scene.lab, "isp1")
      await until(async () => (await routeOf(scene, 101)).includes("dev eth0"), 5_000)
      await sleep(5_000)
      await both(scene)
      expect(await used(scene)).toEqual(["isp1", "isp2"])
    })
  })

  test.each([
    ["address", { address: "192.168.1.77" }],
    ["address and gateway", { address: "172.16.5.9", gateway: "172.16.5.1" }],
  ])("a new lease with another %s is followed", async (what, lease) => {
    await withScene(spec, quick, async scene => {
      const { agent, lab } = scene
      const afterSeq = lastSeq(agent)
      const told = untilEvent(agent, event => event.type === "link.address" && event.address === lease.address, {
        afterSeq,
      })
      await addressChange(lab, "isp1", lease)
      expect(await told).toMatchObject({ link: "isp1" })
      const gateway = what === "address" ? "192.168.1.1" : "172.16.5.1"
      await until(async () => (await routeOf(scene, 101)).includes(`via ${gateway} dev eth0`), 2_000)
      await sleep(3_000)
      await both(scene)
      expect(await used(scene)).toEqual(["isp1", "isp2"])
      const downs = eventsSince(agent, afterSeq).filter(event => event.type === "link.state" && event.link === "isp2")
      expect(downs).toEqual([])
    })
  })
})
