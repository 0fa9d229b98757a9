import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { blackholeOf } from "../../src/lab/faults.ts"
import { untilEvent } from "./support/journal.ts"
import { describeOutage } from "./support/outage-rows.ts"
import { twoLinksIpv6, withScene } from "./support/scene.ts"
import { hold, stories } from "./support/stories.ts"

describeOutage("two modems, IPv6 dead and IPv4 alive", twoLinksIpv6)

test("IPv4 dead and IPv6 alive: IPv4 flows of that link begin anew over the other, and no IPv6 flow notices", async () => {
  await withScene(twoLinksIpv6, {}, async scene => {
    const { lab, agent } = scene
    const [ipv4, ipv6] = [await hold(lab, 40, lab.targets[0]), await hold(lab, 40)]
    const down = untilEvent(agent, event => event.type === "link.state" && event.to === "down")
    await blackholeOf(lab, 4, "isp1")
    expect(await down).toMatchObject({ link: "isp1", family: "ipv4" })
    await sleep(4_000)
    const told = (await stories(scene, ipv4)).map(story => story.replace("stalled ", ""))
    expect(new Set(told)).toEqual(new Set(["isp1 broken isp2", "isp2"]))
    expect(new Set(await stories(scene, ipv6))).toEqual(new Set(["isp1", "isp2"]))
  })
})
