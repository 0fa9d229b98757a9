import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { monotonicMs } from "../../src/lab/clock.ts"
import { heal } from "../../src/lab/faults.ts"
import { runClient } from "../../src/lab/users.ts"
import { serve } from "./support/inbound.ts"
import { carriers, planOf, until } from "./support/rules.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"
import { kill, used } from "./support/stories.ts"

/** Long enough that nothing of what follows waits for it. */
const health = { upAfter: "1m" }

const PORT = 2222

interface After {
  readonly plan: Awaited<ReturnType<typeof planOf>>
  /** What becomes of a new connection. */
  readonly errors: Readonly<Record<string, number>>
}

/** With both links dead the LAN and the router reach each other; with the first that answers, new flows take that. */
async function endure(allDown: string, { plan, errors }: After): Promise<void> {
  await withScene(twoLinks, { top: { health, allDown } }, async scene => {
    const { lab } = scene
    await Promise.all(["lan", "rtr"].map(namespace => serve(lab, namespace, PORT)))
    await kill(scene, "isp1")
    await until(async () => (await carriers(lab)).join() === "2", 1_000)
    await kill(scene, "isp2")
    await sleep(500)
    expect(await planOf(lab)).toEqual(plan)
    // One: the kernel tells each host only twice in a row, then once in two seconds (ip_error in net/ipv4/route.c).
    expect((await runClient(lab, "flows", { count: 1, timeout: 900 })).errors).toEqual(errors)
    await expectReachable(scene)

    const { doneMs } = await heal(lab, "isp1")
    await until(async () => (await carriers(lab)).join() === "1", 2_000)
    console.log(
      `${allDown}: the first link to answer carries ${(monotonicMs() - doneMs).toFixed(0)} ms after it healed`,
    )
    expect(await used(scene)).toEqual(["isp1"])
  })
}

async function expectReachable({ lab }: Scene): Promise<void> {
  const host = lab.lans[0]?.clientAddresses[0] ?? ""
  for (const [from, server] of [
    ["lan", "10.0.0.1"],
    ["rtr", "10.0.0.1"],
    ["rtr", host],
  ] as const)
    expect(await runClient(lab, "flows", { server, port: PORT, count: 20 }, from)).toMatchObject({ ok: 20, failed: 0 })
}

test("with all links down, keep: the last split stays", async () => {
  await endure("keep", { plan: { balance: [{ mark: 2, weight: 1 }], move: [1], ways: [] }, errors: { timeout: 1 } })
})

test("with all links down, stop marking: the router's own routes decide", async () => {
  await endure("stop marking", { plan: { balance: [], move: [1, 2], ways: [] }, errors: { timeout: 1 } })
})

test("with all links down, unreachable: users are told at once", async () => {
  const plan = { balance: [{ mark: 0xff, weight: 1 }], move: [1, 2], ways: [] }
  await endure("unreachable", { plan, errors: { ENETUNREACH: 1 } })
})
