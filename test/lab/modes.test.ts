import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { startClient } from "../../src/lab/users.ts"
import { carriers, planOf, until } from "./support/rules.ts"
import { topologies, twoLinks, withScene } from "./support/scene.ts"
import { hold, kill, mend, stories, used } from "./support/stories.ts"

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
      const { lab, server } = scene
      const client = await hold(lab)
      await Promise.all(
        ["a", "b", "c", "d"].map(label => startClient(lab, "udp-stream", { label, packets: 9_999, every: 20 })),
      )
      await kill(scene, "isp1")
      await sleep(2_500)
      const told = new Set((await stories(scene, client)).map(story => story.replace("stalled ", "")))
      expect(told).toEqual(new Set(["isp1 broken isp2", "isp2"]))
      const before = await server.received()
      await sleep(1_000)
      for (const [label, sources] of Object.entries(await server.received())) {
        const isp2 = lab.link("isp2").publicAddress
        expect(sources[isp2]?.packets).toBeGreaterThan((before[label]?.[isp2]?.packets ?? 0) + 30)
      }
      expect(await used(scene)).toEqual(["isp2"])
      // Whatever talks without a pause has taken its new mark before anybody could forget it by the old one.
      const stuck = second === "192.168.1.2" ? [] : await lab.conntrack("-s", "10.0.0.50", "--reply-dst", "192.168.1.2")
      expect(stuck).toEqual([])
    })
  })
})
