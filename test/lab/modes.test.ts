import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { expectLetGo } from "./support/let-go.ts"
import { carriers, planOf, until } from "./support/rules.ts"
import { topologies, twoLinks, withScene } from "./support/scene.ts"
import { hold, kill, mend, stories } from "./support/stories.ts"

const quick = { health: { upAfter: "1s" } }

describe("onDown", () => {
  test("hold: flows of a dead link keep their mark, wait, and go on when it is back", async () => {
    await withScene(twoLinks, { top: quick, links: { isp1: { onDown: "hold" } } }, async scene => {
      const client = await hold(scene.lab)
      await kill(scene, "isp1")
      await until(async () => (await carriers(scene.lab)).join() === "2", 1_000)
      expect((await planOf(scene.lab))?.move).toEqual([])
      await sleep(500)
      await mend(scene, "isp1")
      await sleep(4_000)
      const told = new Set(await stories(scene, client))
      expect(told).toEqual(new Set(["isp1 stalled resumed", "isp2"]))
    })
  })

  test.each(topologies)("move: flows with nat snat are let go of too, %s", async (_, spec) => {
    const snat = (address: string) => ({ nat: { snat: address } })
    const second = "identicalModems" in spec ? "192.168.1.2" : "192.168.2.2"
    await withScene(spec, { top: quick, links: { isp1: snat("192.168.1.2"), isp2: snat(second) } }, async scene => {
      const { lab } = scene
      await expectLetGo(scene, lab.link("isp2").publicAddress)
      // Whatever talks without a pause has taken its new mark before anybody could forget it by the old one.
      const stuck = second === "192.168.1.2" ? [] : await lab.conntrack("-s", "10.0.0.50", "--reply-dst", "192.168.1.2")
      expect(stuck).toEqual([])
    })
  })
})
