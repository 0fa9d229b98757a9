import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { keepTakenConfig } from "../../src/journal/taken-config.ts"
import { configure, labConfig, placesOf, startAgent } from "../../src/lab/agent.ts"
import { carrierLoss } from "../../src/lab/faults.ts"
import { evenkeel } from "./support/command.ts"
import { eventsSince, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { twoLinks, untilSettled, withLab } from "./support/scene.ts"

test("a mistake in the file does not leave the links unwatched after a restart: what was taken last is run", async () => {
  await withLab(twoLinks, async lab => {
    const yaml = labConfig(lab)
    const mistaken = yaml.replace(/^links:/m, "links: [")
    await configure(lab, mistaken)
    const never = await evenkeel(lab, "run", "--last-good")
    expect([never.exitCode, never.stderr]).toEqual([2, expect.stringContaining("evenkeel.yaml")])

    const first = await startAgent(lab, yaml)
    await untilSettled(lab, first)
    await until(() => Promise.resolve(existsSync(`${first.stateDir}/taken-config.json`)), 10_000)
    first.child.kill("SIGKILL")
    await first.child.exited
    await configure(lab, mistaken)
    expect((await evenkeel(lab, "run")).exitCode).toBe(2)

    const seq = lastSeq(first)
    const agent = await startAgent(lab, mistaken, "--last-good")
    await untilEvent(agent, ({ type }) => type === "config.rejected", { afterSeq: seq })
    await until(async () => /isp1 +up/.test((await evenkeel(lab, "status")).stdout), 20_000)
    expect(eventsSince(agent, seq).slice(0, 2)).toMatchObject([
      { type: "agent.started", lastGood: true },
      {
        type: "config.rejected",
        file: agent.configFile,
        problems: expect.arrayContaining([expect.stringMatching(/^line \d+/)]) as unknown,
      },
    ])

    const { exitCode, stderr } = await evenkeel(lab, "status")
    expect(exitCode).toBe(0)
    expect(stderr).toContain("Asking by this file as the agent last took it.")
    const pinned = await evenkeel(lab, "pin", "add", "10.0.0.50", "isp1")
    expect([pinned.exitCode, pinned.stderr]).toEqual([0, expect.stringContaining("as the agent last took it")])
    const down = untilState(agent, "isp1", "down")
    await carrierLoss(lab, "isp1")
    await down
    await until(async () => (await carriers(lab)).join() === "2", 10_000)

    const reloaded = untilEvent(agent, ({ type }) => type === "config.reloaded", { afterSeq: seq })
    await writeFile(agent.configFile, yaml)
    agent.child.kill("SIGHUP")
    await reloaded
    expect((await evenkeel(lab, "status")).stderr).toBe("")
  })
})

test("a secret that is missing at a start does not leave the links unwatched either", async () => {
  await withLab(twoLinks, async lab => {
    const oncall = { name: "oncall", to: { webhook: { url: "${NOT_SET_HERE}" } }, when: ["link.down"] }
    const yaml = labConfig(lab, {
      top: { alerts: [oncall], web: { listen: "127.0.0.1:9477", token: "${NOT_SET_HERE}" } },
    })
    await configure(lab, yaml)
    const never = await evenkeel(lab, "run", "--last-good")
    expect([never.exitCode, never.stderr]).toEqual([2, expect.stringContaining("${NOT_SET_HERE} is not set")])

    await keepTakenConfig(placesOf(lab).stateDir, { file: `${lab.dir}/evenkeel.yaml`, text: yaml })
    const agent = await startAgent(lab, yaml, "--last-good")
    await untilSettled(lab, agent)
    expect(eventsSince(agent, 0).slice(0, 2)).toMatchObject([
      { type: "agent.started", lastGood: true },
      { type: "config.rejected", problems: expect.arrayContaining([expect.stringContaining("is not set")]) as unknown },
    ])
    const down = untilState(agent, "isp1", "down")
    await carrierLoss(lab, "isp1")
    await down
    await untilEvent(agent, ({ type }) => type === "alert.failed")
  })
})
