import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { configure, labConfig } from "../../src/lab/agent.ts"
import { blackholeOf } from "../../src/lab/faults.ts"
import { runClient } from "../../src/lab/users.ts"
import { startAsking, startNameServer } from "./support/dns.ts"
import { lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { topologiesOfBoth, withScene, type Scene } from "./support/scene.ts"

const count = 300

/** So many of 300 flows at 70 %, within 4 σ. */
const [fewest, most] = [178, 242]

async function questionsByLink({ lab }: Scene): Promise<Readonly<Record<string, number>>> {
  const { answers } = await startAsking(lab, { sockets: count })
  const links = (await answers()).flat().map(String)
  return Object.fromEntries([...new Set(links)].sort().map(link => [link, links.filter(each => each === link).length]))
}

async function connectionsByLink({ lab }: Scene): Promise<Readonly<Record<string, number>>> {
  const { via, failed } = await runClient(lab, "flows", { count }, "rtr")
  expect(failed).toBe(0)
  return Object.fromEntries(Object.entries(via).map(([address, flows]) => [String(lab.linkOf(address)), flows]))
}

async function balanceFromNowOn({ lab, agent }: Scene): Promise<void> {
  const afterSeq = lastSeq(agent)
  await configure(lab, labConfig(lab))
  agent.child.kill("SIGHUP")
  await untilEvent(agent, event => event.type === "config.reloaded", { afterSeq })
  await until(async () => (await carriers(lab)).length === 2, 5_000)
  await sleep(500)
}

describe.each(topologiesOfBoth)("the router's own traffic, %s", (_, spec) => {
  test("follows the main table or the weights, as it is told, and leaves a dead link", async () => {
    await withScene(
      spec,
      { top: { routerTraffic: "leave" } },
      async scene => {
        const { lab, agent } = scene
        expect(await questionsByLink(scene)).toEqual({ isp1: count })

        await balanceFromNowOn(scene)
        for (const tally of [await questionsByLink(scene), await connectionsByLink(scene)]) {
          expect(tally).toEqual({ isp1: expect.any(Number) as number, isp2: count - (tally["isp1"] ?? 0) })
          expect(tally["isp1"]).toBeGreaterThanOrEqual(fewest)
          expect(tally["isp1"]).toBeLessThanOrEqual(most)
        }

        const down = untilState(agent, "isp1", "down")
        const asking = await startAsking(lab, { sockets: 10, questions: 50, everyMs: 100 })
        await blackholeOf(lab, lab.family, "isp1")
        await down
        const answers = await asking.answers()
        expect(answers.map(([first]) => first)).toContain("isp1")
        expect(answers.filter(each => each.slice(-10).some(link => link !== "isp2"))).toEqual([])
        expect(await questionsByLink(scene)).toEqual({ isp2: count })
        expect(await connectionsByLink(scene)).toEqual({ isp2: count })
      },
      startNameServer,
    )
  })
})
