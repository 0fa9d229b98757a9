import { execPath } from "node:process"
import { lastValueFrom, take, toArray } from "rxjs"
import { expect, test } from "vitest"
import { evenkeel, labConfig, startAgent } from "../../src/lab/agent.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { runClient, startClient } from "../../src/lab/users.ts"
import { journal, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { twoLinks, withScene } from "./support/scene.ts"

const carrying = (lab: Lab, ...marks: readonly number[]) =>
  until(async () => (await carriers(lab)).join() === marks.join(), 5_000)

const linksOfNewFlows = async (lab: Lab) => {
  const { via, failed } = await runClient(lab, "flows", { count: 60 })
  return [...Object.keys(via).map(lab.linkOf).sort(), ...(failed > 0 ? ["failed"] : [])]
}

test("a drained link gets no new flow and keeps those it has, over a restart, until it is taken back", async () => {
  await withScene(twoLinks, {}, async ({ lab, agent }) => {
    const holding = await startClient(lab, "hold", { count: 40, every: 100 })
    const events = holding.reports$.pipe(toArray())
    const opened = await lastValueFrom(holding.reports$.pipe(take(40), toArray()))
    expect(new Set(opened.map(event => event.kind === "open" && lab.linkOf(event.via)))).toContain("isp1")

    expect((await evenkeel(lab, "drain", "isp1", "--for", "1h")).stdout).toMatch(/^isp1 gets no new flows until /)
    await carrying(lab, 2)
    expect(await linksOfNewFlows(lab)).toEqual(["isp2"])
    const { stdout } = await evenkeel(lab, "status", "--json")
    expect(JSON.parse(stdout)).toMatchObject({
      links: [
        { name: "isp1", state: "up", share: 0, drained: true },
        { drained: false, share: 1 },
      ],
      overrides: [{ kind: "drain", link: "isp1", force: false }],
    })

    agent.child.kill("SIGKILL")
    await agent.child.exited
    const again = await startAgent(lab, labConfig(lab))
    await untilEvent(again, ({ type }) => type === "agent.started", { afterSeq: journal(agent).at(-1)?.seq ?? 0 })
    await until(async () => (await evenkeel(lab, "status", "--json")).stdout.includes(`"state":"up"`), 10_000)
    expect(await carriers(lab)).toEqual([2])

    await evenkeel(lab, "undrain", "isp1")
    await carrying(lab, 1, 2)
    holding.child.kill("SIGTERM")
    expect((await lastValueFrom(events)).filter(({ kind }) => kind !== "open")).toEqual([])
    const told = journal(again).filter(({ type }) => type.startsWith("override."))
    expect(told).toMatchObject([
      { type: "override.set", kind: "drain", link: "isp1" },
      { type: "override.cleared", kind: "drain", link: "isp1", why: "taken back" },
    ])
  })
})

test("the last link is drained by force only, and a drained one carries when the other dies", async () => {
  await withScene(twoLinks, {}, async ({ lab, agent }) => {
    await evenkeel(lab, "drain", "isp2")
    await carrying(lab, 1)
    await expect(evenkeel(lab, "drain", "isp1")).rejects.toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /isp1 is the last one\. Drain it all the same: evenkeel drain isp1 --force/,
      ) as string,
    })
    const down = untilState(agent, "isp1", "down")
    await blackhole(lab, "isp1")
    await down
    await carrying(lab, 2)
    expect(await linksOfNewFlows(lab)).toEqual(["isp2"])
  })
})

test("a weight by hand holds for its time, and nonsense is refused", async () => {
  await withScene(twoLinks, {}, async ({ lab, agent }) => {
    await evenkeel(lab, "weight", "isp1", "0", "--for", "2s")
    await carrying(lab, 2)
    const over = await untilEvent(agent, ({ type }) => type === "override.cleared")
    expect(over).toMatchObject({ kind: "weight", link: "isp1", why: "its time is over" })
    await carrying(lab, 1, 2)
    const refused = (...args: string[]) => lab.exec("rtr", execPath, [agentProgram, ...args, "-c", agent.configFile])
    await expect(refused("weight", "isp1", "-3")).rejects.toMatchObject({ exitCode: 2 })
    await expect(refused("weight", "isp1", "7", "--for", "soon")).rejects.toMatchObject({ exitCode: 2 })
    await expect(refused("drain", "isp9")).rejects.toMatchObject({ exitCode: 2 })
    await expect(refused("undrain", "isp1")).rejects.toMatchObject({ exitCode: 1 })
  })
})
