import { execPath } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { rm } from "node:fs/promises"
import { describe, expect, test } from "vitest"
import { labConfig, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { monotonicMs } from "../../src/lab/clock.ts"
import { blackhole, heal } from "../../src/lab/faults.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { eventsSince, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { carriers, rules, until } from "./support/rules.ts"
import { twoLinks, withScene, type Scene } from "./support/scene.ts"
import { watchWrites } from "./support/writes.ts"

async function killed({ child }: LabAgent): Promise<void> {
  child.kill("SIGKILL")
  await child.exited
}

describe("an agent", () => {
  test("that is the second on its router exits 1 and says who holds the lock", async () => {
    await withScene(twoLinks, {}, async ({ lab, agent }) => {
      const before = await rules(lab)
      const second = await lab.spawn("rtr", execPath, [agentProgram, "run", "-c", agent.configFile])
      const { exitCode, stderr } = await second.exited
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(
        new RegExp(`another evenkeel works on this router: pid ${agent.child.pid}, since .*${agent.configFile}`),
      )
      expect(await rules(lab)).toBe(before)
    })
  })

  test.concurrent.each(["SIGTERM", "SIGINT"] as const)(
    "ends within 2 s of %s with exit code 0, and its rules stay",
    async signal => {
      await withScene(twoLinks, {}, async ({ lab, agent }) => {
        const before = await rules(lab)
        const startMs = monotonicMs()
        agent.child.kill(signal)
        expect(await agent.child.exited).toEqual({ exitCode: 0, signal: null, stderr: "" })
        const tookMs = monotonicMs() - startMs
        console.log(`${signal}: ended after ${tookMs.toFixed(0)} ms`)
        expect(tookMs).toBeLessThan(2_000)
        expect(await rules(lab)).toBe(before)
        expect(eventsSince(agent, 0).at(-1)).toMatchObject({ type: "agent.stopped", reason: signal })
      })
    },
  )

  test("that stood still for 5 s takes no link down for it", async () => {
    await withScene(twoLinks, {}, async ({ lab, agent }) => {
      const [seq, before] = [lastSeq(agent), await rules(lab)]
      agent.child.kill("SIGSTOP")
      await sleep(5_000)
      agent.child.kill("SIGCONT")
      await sleep(5_000)
      expect(eventsSince(agent, seq).filter(event => event.type !== "probe.broken")).toEqual([])
      expect(await rules(lab)).toBe(before)
    })
  })
})

describe("a restart", () => {
  test.concurrent.each(["SIGKILL", "SIGTERM"] as const)(
    "after %s, when nothing has changed, writes nothing to the kernel",
    async signal => {
      await withScene(twoLinks, {}, async ({ lab, agent }) => {
        agent.child.kill(signal)
        await agent.child.exited
        const writes = await watchWrites(lab)
        await writes.taken()
        const seq = lastSeq(agent)
        const again = await startAgent(lab, labConfig(lab))
        await untilEvent(again, event => event.type === "link.state" && event.to === "up", { afterSeq: seq })
        await sleep(2_000)
        expect(await writes.taken()).toEqual([])
        expect(eventsSince(again, seq).map(event => event.type)).toEqual(["agent.started", "link.state", "link.state"])
      })
    },
  )

  test.concurrent.each([
    ["its notes and the rules", []],
    ["the rules alone", ["state.json"]],
  ])("gives no flow to a link that is known dead from %s", async (_, lost) => {
    await withScene(twoLinks, {}, async scene => {
      const { lab, agent } = scene
      await deadLink(scene)
      await killed(agent)
      await Promise.all(lost.map(file => rm(`${agent.stateDir}/${file}`)))
      const seq = lastSeq(agent)
      const again = await startAgent(lab, labConfig(lab))
      const endMs = monotonicMs() + 4_000
      while (monotonicMs() < endMs) {
        expect(await carriers(lab)).toEqual([2])
        await sleep(20)
      }
      expect(eventsSince(again, seq)).not.toContainEqual(expect.objectContaining({ type: "link.state", link: "isp1" }))
      await heal(lab, "isp1")
      await until(async () => (await carriers(lab)).length === 2, 12_000)
    })
  })

  test("after a fault that nobody saw takes the dead link away within the time of a fault", async () => {
    await withScene(twoLinks, {}, async ({ lab, agent }) => {
      await killed(agent)
      await blackhole(lab, "isp1")
      const startMs = monotonicMs()
      const again = await startAgent(lab, labConfig(lab))
      await until(async () => (await carriers(lab)).join() === "2", 10_000)
      console.log(`dead link found by a restart: ${(monotonicMs() - startMs).toFixed(0)} ms after the start`)
      await untilEvent(again, event => event.type === "link.state" && event.to === "down")
    })
  })

  test("continues the journal's numbers without a gap", async () => {
    await withScene(twoLinks, {}, async ({ lab, agent }) => {
      await killed(agent)
      const seq = lastSeq(agent)
      await untilSettledAgain(lab, seq)
      expect(eventsSince(agent, 0).map(event => event.seq)).toEqual(eventsSince(agent, 0).map((_, i) => i + 1))
    })
  })
})

async function untilSettledAgain(lab: Scene["lab"], afterSeq: number): Promise<void> {
  const again = await startAgent(lab, labConfig(lab))
  await untilEvent(again, event => event.type === "link.state" && event.to === "up", { afterSeq })
}

async function deadLink({ lab, agent }: Scene): Promise<void> {
  const down = untilState(agent, "isp1", "down")
  await blackhole(lab, "isp1")
  await down
  await until(async () => (await carriers(lab)).join() === "2", 2_000)
}
