import { setTimeout as sleep } from "node:timers/promises"
import { expect, test } from "vitest"
import { labConfig, startAgent } from "../../src/lab/agent.ts"
import { blackhole, heal } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { startServer } from "../../src/lab/users.ts"
import { evenkeel, evenkeelJson } from "./support/command.ts"
import { inboxUrl, startInbox, type Letter } from "./support/letters.ts"
import { lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { until } from "./support/rules.ts"
import { twoLinks, untilSettled, withLab } from "./support/scene.ts"

function configOf(lab: Lab): string {
  const to = { webhook: { url: inboxUrl(lab) } }
  const when = ["link.down", "all.down", "agent.stopped"]
  return labConfig(lab, { top: { health: { upAfter: "3s" }, alerts: [{ name: "oncall", when, to }] } })
}

function story(letters: readonly Letter[]): readonly string[] {
  return letters.map(({ id }) => id.replace("evenkeel:lab:lab:", "").replace(/:\d+:/, " "))
}

test("with all links dead alerts wait, and go out in order over the first that answers; a stop is told at once", async () => {
  await withLab(twoLinks, async lab => {
    await startServer(lab)
    const letters = await startInbox(lab)
    const agent = await startAgent(lab, configOf(lab))
    await untilSettled(lab, agent)
    const isFailed = untilEvent(agent, ({ type }) => type === "alert.failed")
    await Promise.all([
      untilState(agent, "isp1", "down"),
      untilState(agent, "isp2", "down"),
      blackhole(lab, "isp1"),
      blackhole(lab, "isp2"),
    ])
    await isFailed
    expect(letters).toEqual([])
    expect(await evenkeelJson(lab, "alerts", "list")).toMatchObject([
      {
        name: "oncall",
        receiver: "webhook",
        pending: [{ kind: "opened" }, { kind: "opened" }, { kind: "opened" }],
        sent: 0,
      },
    ])

    await heal(lab, "isp2")
    await until(() => Promise.resolve(letters.length >= 3), 10_000)
    expect(new Set(letters.map(({ via }) => via))).toEqual(new Set(["isp2"]))
    await until(() => Promise.resolve(letters.length >= 5), 20_000)
    await heal(lab, "isp1")
    await until(() => Promise.resolve(letters.length >= 6), 20_000)
    const told = story(letters)
    expect(told.slice(0, 2).toSorted()).toEqual(["link.down:isp1:ipv4 opened", "link.down:isp2:ipv4 opened"])
    expect(told.slice(2)).toEqual([
      "all.down:ipv4 opened",
      "all.down:ipv4 resolved",
      "link.down:isp2:ipv4 resolved",
      "link.down:isp1:ipv4 resolved",
    ])
    agent.child.kill("SIGTERM")
    await agent.child.exited
    expect(letters.at(-1)?.title).toBe("lab: the agent has stopped")
  })
})

test("an agent that is killed between an event and its alert tells when it starts again", async () => {
  await withLab(twoLinks, async lab => {
    await startServer(lab)
    const letters = await startInbox(lab)
    let agent = await startAgent(lab, configOf(lab))
    await untilSettled(lab, agent)
    for (const delayMs of [0, 20, 60]) {
      const before = lastSeq(agent)
      const down = untilState(agent, "isp1", "down")
      await blackhole(lab, "isp1")
      const { seq } = await down
      await sleep(delayMs)
      agent.child.kill("SIGKILL")
      await agent.child.exited
      await heal(lab, "isp1")
      agent = await startAgent(lab, configOf(lab))
      await untilEvent(agent, event => event.type === "link.state" && event.to === "up" && event.link === "isp1", {
        afterSeq: Math.max(before, seq),
      })
      const key = `evenkeel:lab:lab:link.down:isp1:ipv4:${seq}`
      await until(() => Promise.resolve(letters.some(({ id }) => id === `${key}:resolved`)), 15_000)
      const kinds = letters.map(({ id }) => id).filter((id, i, ids) => id.startsWith(key) && id !== ids[i - 1])
      expect(kinds).toEqual([`${key}:opened`, `${key}:resolved`])
    }
    expect(story(letters)).toContain("agent.stopped opened")

    const { exitCode, stdout } = await evenkeel(lab, "alerts", "test", "oncall")
    expect([exitCode, stdout]).toEqual([0, "oncall (webhook) took it (opened): HTTP 200: taken\n"])
    await until(() => Promise.resolve(letters.at(-1)?.title === "TEST: lab: alert oncall works"), 2000)
    expect((await evenkeel(lab, "alerts", "run")).stderr).toContain("another process sends the alerts")
  })
})
