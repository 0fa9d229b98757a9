import { setTimeout as sleep } from "node:timers/promises"
import { lastValueFrom, take, toArray } from "rxjs"
import { describe, expect, test } from "vitest"
import { blackhole, heal } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import type { HoldEvent } from "../../src/lab/traffic/report.ts"
import { runClient, startClient, type Client } from "../../src/lab/users.ts"
import { untilState } from "./support/journal.ts"
import { carriers, planOf, until } from "./support/rules.ts"
import { topologies, twoLinks, withScene, type Scene } from "./support/scene.ts"

const quick = { health: { upAfter: "1s" } }

async function kill({ lab, agent }: Scene, link: string): Promise<void> {
  const down = untilState(agent, link, "down")
  await blackhole(lab, link)
  await down
}

async function mend({ lab, agent }: Scene, link: string): Promise<void> {
  const up = untilState(agent, link, "up")
  await heal(lab, link)
  await up
}

async function hold(lab: Lab, count = 30): Promise<Client<HoldEvent>> {
  const client = await startClient(lab, "hold", { count, every: 100 })
  await lastValueFrom(client.reports$.pipe(take(count), toArray()))
  return client
}

/** The stories of a client's flows, without when. */
async function stories({ lab }: Scene, { child, reports$ }: Client<HoldEvent>): Promise<readonly string[]> {
  child.kill()
  const events = await lastValueFrom(reports$.pipe(toArray()))
  const flows = [...new Set(events.map(event => event.flow))]
  const word = (event: HoldEvent) => (event.kind === "open" ? lab.linkOf(event.via) : event.kind)
  return flows.map(flow =>
    events
      .filter(event => event.flow === flow)
      .map(word)
      .join(" "),
  )
}

async function used({ lab }: Scene, count = 60): Promise<readonly (string | null)[]> {
  const { via, failed } = await runClient(lab, "flows", { count, timeout: 900 })
  return [...Object.keys(via).map(lab.linkOf).sort(), ...(failed > 0 ? ["failed"] : [])]
}

const isReachable = async (lab: Lab) => {
  const { stdout } = await lab.exec("lan", "sh", ["-c", "ping -c 3 -i 0.1 -W 1 10.0.0.1 || true"])
  return stdout.includes("3 received")
}

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
    })
  })
})

describe("tiers", () => {
  test("tier 2 carries new flows only while tier 1 is dead, and its flows stay where they are", async () => {
    await withScene(twoLinks, { top: quick, links: { isp2: { tier: 2 } } }, async scene => {
      expect(await used(scene)).toEqual(["isp1"])
      await kill(scene, "isp1")
      await until(async () => (await carriers(scene.lab)).join() === "2", 1_000)
      expect(await used(scene)).toEqual(["isp2"])
      const client = await hold(scene.lab)
      await mend(scene, "isp1")
      await until(async () => (await carriers(scene.lab)).join() === "1", 1_000)
      expect(await used(scene)).toEqual(["isp1"])
      await sleep(1_000)
      expect(new Set(await stories(scene, client))).toEqual(new Set(["isp2"]))
    })
  })

  test("metered: its flows are moved back when a preferred tier returns", async () => {
    await withScene(twoLinks, { top: quick, links: { isp2: { tier: 2, metered: true } } }, async scene => {
      await kill(scene, "isp1")
      await until(async () => (await carriers(scene.lab)).join() === "2", 1_000)
      const client = await hold(scene.lab)
      await mend(scene, "isp1")
      await sleep(2_500)
      expect(new Set(await stories(scene, client))).toEqual(new Set(["isp2 broken isp1"]))
    })
  })
})

describe("when all links are down", () => {
  const allDead = async (scene: Scene) => {
    await kill(scene, "isp1")
    await until(async () => (await carriers(scene.lab)).join() === "2", 1_000)
    await kill(scene, "isp2")
    await sleep(500)
  }
  const back = async (scene: Scene) => {
    await mend(scene, "isp2")
    await until(async () => (await carriers(scene.lab)).join() === "2", 1_000)
    expect(await used(scene)).toEqual(["isp2"])
  }

  test("keep: the last split stays", async () => {
    await withScene(twoLinks, { top: { ...quick, allDown: "keep" } }, async scene => {
      await allDead(scene)
      expect(await carriers(scene.lab)).toEqual([2])
      expect(await isReachable(scene.lab)).toBe(true)
      await back(scene)
    })
  })

  test("stop marking: the router's own routes decide", async () => {
    await withScene(twoLinks, { top: { ...quick, allDown: "stop marking" } }, async scene => {
      await allDead(scene)
      expect(await planOf(scene.lab)).toEqual({ balance: [], move: [1, 2], ways: [] })
      expect(await isReachable(scene.lab)).toBe(true)
      await back(scene)
    })
  })

  test("unreachable: users are told at once, and the router stays reachable", async () => {
    await withScene(twoLinks, { top: { ...quick, allDown: "unreachable" } }, async scene => {
      await allDead(scene)
      // One: the kernel tells each host only twice in a row, then once in two seconds (ip_error in net/ipv4/route.c).
      const { errors } = await runClient(scene.lab, "flows", { count: 1, timeout: 900 })
      expect(errors).toEqual({ ENETUNREACH: 1 })
      expect(await isReachable(scene.lab)).toBe(true)
      await back(scene)
    })
  })
})
