import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import type { JournalEvent } from "../../src/core/events.ts"
import { blackholeOf, heal } from "../../src/lab/faults.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import type { HoldEvent } from "../../src/lab/traffic/report.ts"
import { journal } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { threeLinks, twoLinks, withScene, type Scene } from "./support/scene.ts"
import { hold, kill, mend, stories, used } from "./support/stories.ts"

const carry = ({ lab }: Scene, marks: string) => until(async () => (await carriers(lab)).join() === marks, 2_000)

test.each([4, 6] as const)(
  "IPv%d: tier 2 carries new flows only while tier 1 is dead, and its flows stay where they are",
  async family => {
    const spec = { ...twoLinks, family }
    await withScene(spec, { top: { health: { upAfter: "1s" } }, links: { isp2: { tier: 2 } } }, async scene => {
      await kill(scene, "isp1")
      await carry(scene, "2")
      const client = await hold(scene.lab)
      await mend(scene, "isp1")
      await carry(scene, "1")
      expect(await used(scene)).toEqual(["isp1"])
      await sleep(1_000)
      expect(new Set(await stories(scene, client))).toEqual(new Set(["isp2"]))
    })
  },
)

const upAfterMs = 2_000

/** isp1 and isp2 are equals, and isp3 is for want of both. What waits for isp1 is nobody's to move. */
const withLte = {
  top: { health: { upAfter: `${upAfterMs}ms` } },
  links: { isp1: { onDown: "hold" }, isp3: { tier: 2, metered: true } },
}

/** Answers for so long, and falls silent again. */
async function flap({ lab }: Scene, link: string, forMs: number): Promise<void> {
  await heal(lab, link)
  await sleep(forMs)
  await blackholeOf(lab, lab.family, link)
}

test.each([4, 6] as const)(
  "IPv%d: a metered backup carries only without tier 1, and gives back its own flows when that has answered for upAfter",
  async family => {
    await withScene({ ...threeLinks, family }, withLte, async scene => {
      const { lab, agent } = scene
      expect(await used(scene, 200)).toEqual(["isp1", "isp2"])
      const client = await hold(lab)
      const events: HoldEvent[] = []
      client.reports$.subscribe(event => events.push(event))
      await kill(scene, "isp1")
      await carry(scene, "2")
      expect(await used(scene, 200)).toEqual(["isp2"])
      await kill(scene, "isp2")
      await carry(scene, "3")
      expect(await used(scene)).toEqual(["isp3"])
      await sleep(2_000)

      await flap(scene, "isp2", upAfterMs / 2)
      await sleep(2 * upAfterMs)
      const isOverLte = (event: HoldEvent) => "via" in event && lab.linkOf(event.via) === "isp3"
      const isBroken = (event: HoldEvent) => event.kind === "broken" && isOverLte(event)
      expect(events.filter(isBroken)).toEqual([])

      const { doneMs } = await heal(lab, "isp2")
      const moved = events.filter(event => event.kind === "open" && isOverLte(event)).length
      const isOpenAgain = (event: HoldEvent) => event.kind === "open" && event.atMs > doneMs
      const areBack = () => events.filter(isBroken).length === moved && events.filter(isOpenAgain).length === moved
      await until(() => Promise.resolve(areBack()), upAfterMs + 4_000)
      console.log(`${moved} flows given back ${((monotonicMs() - doneMs) / 1000).toFixed(1)} s after the line healed`)
      expect(await used(scene)).toEqual(["isp2"])
      const isBack = (event: JournalEvent) =>
        event.type === "link.state" && event.family === agent.family && event.link === "isp2" && event.to === "up"
      expect(journal(agent).filter(isBack)).toHaveLength(2)
      const told = new Set((await stories(scene, client)).map(story => story.replaceAll("stalled ", "")))
      expect(told).toEqual(new Set(["isp1 stalled", "isp2 broken isp3 broken isp2"]))
    })
  },
)
