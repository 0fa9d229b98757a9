import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { addressChange, addressLoss, deleteInterface, remakeInterface } from "../../src/lab/leases.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { dial } from "../../src/lab/sessions.ts"
import { runClient, startServer } from "../../src/lab/users.ts"
import { eventsSince, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { topologies, twoLinks, withLab, withScene, type Scene } from "./support/scene.ts"

const quick = { top: { health: { upAfter: "1s" } } }
/** What is back within this test has not been waited for. */
const patient = { top: { health: { upAfter: "1m" } } }
/** Less than `downAfter`. */
const briefMs = 300

/** Links that 100 flows went over, none of which may fail. */
async function used(lab: Lab): Promise<readonly (string | null)[]> {
  const { via, failed } = await runClient(lab, "flows", { count: 100 })
  expect(failed).toBe(0)
  return Object.keys(via).map(lab.linkOf).sort()
}

async function both(lab: Lab, withinMs = 10_000): Promise<void> {
  await until(async () => (await carriers(lab)).length === 2, withinMs)
}

async function routeOf(lab: Lab, table: number): Promise<string> {
  return (await lab.exec("rtr", "ip", ["route", "show", "table", String(table)])).stdout.trim()
}

/** isp1's route is this one and both links carry, soon; isp2 was in service all along. */
async function expectRight({ lab, agent }: Scene, route: string, afterSeq: number): Promise<void> {
  await until(async () => (await routeOf(lab, 101)).includes(route), 3_000)
  await both(lab, 3_000)
  await sleep(1_000)
  expect(await used(lab)).toEqual(["isp1", "isp2"])
  const states = eventsSince(agent, afterSeq).filter(event => event.type === "link.state")
  expect(states.filter(({ link }) => link === "isp2")).toEqual([])
  expect(states.at(-1)?.to ?? "up").toBe("up")
}

describe.each(topologies)("over %s", (_, spec) => {
  test("an interface that is deleted and made again (a PPP session) carries flows again", async () => {
    await withScene(spec, quick, async ({ lab, agent }) => {
      const down = untilState(agent, "isp1", "down")
      await deleteInterface(lab, "isp1")
      expect(await down).toMatchObject({ reason: "interface missing" })
      await until(async () => (await carriers(lab)).join() === "2", 1_000)
      expect(await used(lab)).toEqual(["isp2"])
      await sleep(1_000)
      const up = untilState(agent, "isp1", "up")
      await remakeInterface(lab, "isp1")
      expect(await up).toMatchObject({ reason: expect.stringMatching(/^its targets answered for 1\.\d s$/) as string })
      await both(lab)
      expect(await used(lab)).toEqual(["isp1", "isp2"])
    })
  })

  test("an interface that is made again at once, before anybody looked, is right too", async () => {
    await withScene(spec, patient, async scene => {
      const afterSeq = lastSeq(scene.agent)
      await deleteInterface(scene.lab, "isp1")
      await remakeInterface(scene.lab, "isp1")
      await expectRight(scene, "dev eth0", afterSeq)
    })
  })

  test.each([
    ["address", { address: "192.168.1.77" }],
    ["address and gateway", { address: "172.16.5.9", gateway: "172.16.5.1" }],
  ])("a new lease with another %s is followed, and the link need not prove itself again", async (what, lease) => {
    await withScene(spec, patient, async scene => {
      const { agent, lab } = scene
      const afterSeq = lastSeq(agent)
      const isTold = { type: "link.address", link: "isp1", address: lease.address }
      await addressLoss(lab, "isp1")
      await sleep(briefMs)
      await addressChange(lab, "isp1", lease)
      await expectRight(scene, `via ${what === "address" ? "192.168.1.1" : "172.16.5.1"} dev eth0`, afterSeq)
      expect(eventsSince(agent, afterSeq)).toContainEqual(expect.objectContaining(isTold))
    })
  })
})

test("a session that is made again at once, with another index and address and no gateway, carries at once", async () => {
  const overrides = { ...patient, links: { isp1: { gateway: "none" } } }
  const asSession = async (lab: Lab) => {
    await deleteInterface(lab, "isp1")
    await dial(lab, "isp1", "192.168.1.2")
  }
  await withScene(
    twoLinks,
    overrides,
    async scene => {
      const afterSeq = lastSeq(scene.agent)
      await deleteInterface(scene.lab, "isp1")
      await sleep(briefMs)
      await dial(scene.lab, "isp1", "192.168.1.77")
      await expectRight(scene, "default dev eth0", afterSeq)
    },
    asSession,
  )
})

test("an interface that appears after the agent's start is a link from then on, once it has proven itself", async () => {
  await withLab(twoLinks, async lab => {
    await startServer(lab)
    await deleteInterface(lab, "isp1")
    const agent = await startAgent(lab, labConfig(lab, quick))
    await until(async () => (await carriers(lab)).join() === "2", 10_000)
    expect(await used(lab)).toEqual(["isp2"])
    const up = untilEvent(agent, event => event.type === "link.state" && event.link === "isp1" && event.to === "up")
    await remakeInterface(lab, "isp1")
    expect(await up).toMatchObject({ reason: expect.stringMatching(/^its targets answered for 1\.\d s$/) as string })
    await both(lab)
    expect(await used(lab)).toEqual(["isp1", "isp2"])
  })
})
