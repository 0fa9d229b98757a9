import { setTimeout as sleep } from "node:timers/promises"
import { lastValueFrom, take, toArray } from "rxjs"
import { expect, test } from "vitest"
import { configure, labConfig, type ConfigOverrides } from "../../src/lab/agent.ts"
import { startClient } from "../../src/lab/users.ts"
import { eventsSince, lastSeq, untilEvent } from "./support/journal.ts"
import { planOf, rules, until } from "./support/rules.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"

const reversed: ConfigOverrides = { links: { isp1: { weight: 30 }, isp2: { weight: 70 } } }

async function reload({ lab, agent }: Scene, yaml: string) {
  const afterSeq = lastSeq(agent)
  await configure(lab, yaml)
  agent.child.kill("SIGHUP")
  return untilEvent(agent, event => /^config\./.test(event.type), { afterSeq })
}

test("SIGHUP with a bad file keeps the old configuration and says in the journal what is wrong", async () => {
  await withScene(twoLinks, {}, async scene => {
    const before = await rules(scene.lab)
    const bad = labConfig(scene.lab, { links: { isp1: { mark: 2 }, isp2: { weight: -1 } } })
    const event = await reload(scene, bad)
    expect(event).toMatchObject({ type: "config.rejected", file: scene.agent.configFile })
    expect(JSON.stringify(event)).toContain("links[1].weight: found -1")
    expect(await rules(scene.lab)).toBe(before)
    await scene.lab.exec("rtr", "iptables", ["-t", "mangle", "-F", "LOAD_BALANCE"])
    await until(async () => (await rules(scene.lab)) === before, 5_000)
  })
})

test("SIGHUP with a file that wants somebody else's routing table is refused, and the agent goes on", async () => {
  await withScene(twoLinks, {}, async scene => {
    await scene.lab.ip("rtr", ["route add default via 10.0.0.50 table 500"])
    const event = await reload(scene, labConfig(scene.lab, { links: { isp1: { table: 500 } } }))
    expect(event).toMatchObject({ type: "config.rejected" })
    expect(JSON.stringify(event)).toContain("table 500")
    expect(await reload(scene, labConfig(scene.lab, reversed))).toMatchObject({ type: "config.reloaded" })
  })
})

test("SIGHUP with a file that gives marks another meaning is refused, as open flows bear the old ones", async () => {
  await withScene(twoLinks, {}, async scene => {
    const before = await rules(scene.lab)
    const changes: readonly (readonly [ConfigOverrides, string])[] = [
      [{ links: { isp1: { mark: 2 }, isp2: { mark: 1 } } }, "mark of isp2: changed from 0x2 to 0x1"],
      [{ top: { markMask: 0xf } }, "markMask: changed from 0xff to 0xf"],
    ]
    for (const [overrides, text] of changes) {
      const event = await reload(scene, labConfig(scene.lab, overrides))
      expect(event).toMatchObject({ type: "config.rejected" })
      expect(JSON.stringify(event)).toContain(text)
    }
    expect(await rules(scene.lab)).toBe(before)
  })
})

test("SIGHUP with a file that cannot be read keeps the old configuration", async () => {
  await withScene(twoLinks, {}, async scene => {
    const event = await reload(scene, "links: [")
    expect(event).toMatchObject({ type: "config.rejected" })
    expect((await planOf(scene.lab))?.balance.map(({ mark }) => mark)).toEqual([1, 2])
  })
})

test("SIGHUP with a good file applies other weights, and no flow is lost", async () => {
  await withScene(twoLinks, {}, async scene => {
    const { lab, agent } = scene
    const holding = await startClient(lab, "hold", { count: 40, every: 100 })
    await lastValueFrom(holding.reports$.pipe(take(40), toArray()))
    const attempting = await startClient(lab, "connects", { rate: 50, timeout: 900 })
    const seq = lastSeq(agent)
    for (const overrides of [reversed, {}, reversed]) {
      expect(await reload(scene, labConfig(lab, overrides))).toMatchObject({ type: "config.reloaded" })
      await sleep(1_000)
    }
    expect((await planOf(lab))?.balance[0]).toMatchObject({ mark: 1, weight: expect.closeTo(0.3) as number })
    attempting.child.kill()
    holding.child.kill()
    const attempts = await lastValueFrom(attempting.reports$.pipe(toArray()))
    expect(attempts.length).toBeGreaterThan(100)
    expect(attempts.filter(({ ok }) => !ok)).toEqual([])
    const held = await lastValueFrom(holding.reports$.pipe(toArray()))
    expect(held.filter(({ kind }) => kind !== "open")).toEqual([])
    const told = eventsSince(agent, seq).map(event => (event.type === "weights.applied" ? event.shares : event.type))
    const weighed = (isp1: number, isp2: number) => ["config.reloaded", { isp1, isp2 }]
    expect(told).toEqual([weighed(0.3, 0.7), weighed(0.7, 0.3), weighed(0.3, 0.7)].flat())
  })
})
