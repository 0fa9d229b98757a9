import { existsSync } from "node:fs"
import { mkdir, rm, writeFile } from "node:fs/promises"
import { execPath } from "node:process"
import { map } from "rxjs"
import { expect, test } from "vitest"
import type { JournalEvent } from "../../src/core/events.ts"
import { configure, labConfig, placesOf, startAgent, type LabAgent } from "../../src/lab/agent.ts"
import { carrierLoss } from "../../src/lab/faults.ts"
import { follow } from "../../src/lab/follow.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
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

/** The agent as the service starts it: its state directory is the service manager's, and so are its secrets. */
async function startService(lab: Lab, secrets: Readonly<Record<string, string>> = {}): Promise<LabAgent> {
  const { stateDir } = placesOf(lab)
  const configFile = `${lab.dir}/evenkeel.yaml`
  const events$ = follow(`${stateDir}/events.jsonl`).pipe(map(line => JSON.parse(line) as JournalEvent))
  const env = { STATE_DIRECTORY: `${lab.dir}/service`, ...secrets }
  const child = await lab.spawn("rtr", execPath, [agentProgram, "run", "--last-good", "-c", configFile], { env })
  return { child, configFile, stateDir, family: "ipv4", events$ }
}

/** What it says at its start is wrong. */
async function problemsOf(agent: LabAgent, afterSeq: number): Promise<string> {
  const rejected = await untilEvent(agent, ({ type }) => type === "config.rejected", { afterSeq })
  expect(eventsSince(agent, afterSeq)[0]).toMatchObject({ type: "agent.started", lastGood: true })
  return "problems" in rejected ? rejected.problems.join("\n") : ""
}

async function end(agent: LabAgent): Promise<number> {
  agent.child.kill("SIGKILL")
  await agent.child.exited
  return lastSeq(agent)
}

test("with the file and a secret gone, the links are steered without them; what may block needs its networks", async () => {
  await withLab(twoLinks, async lab => {
    const films = `${lab.dir}/films.txt`
    const top = {
      share: { redis: "redis://:${EVENKEEL_SECRET}@127.0.0.1:1" },
      sets: { films: { file: films } },
      policies: [{ name: "films", match: { set: "films" }, use: ["isp1"] }],
    }
    await mkdir(`${lab.dir}/service`)
    await configure(lab, labConfig(lab, { top }))
    await writeFile(films, "23.246.0.0/18\n")
    const first = await startService(lab, { EVENKEEL_SECRET: "hunter2" })
    await untilSettled(lab, first)
    await until(() => Promise.resolve(existsSync(`${lab.dir}/service/taken-config.json`)), 10_000)

    let seq = await end(first)
    await rm(first.configFile)
    const second = await startService(lab)
    const problems = await problemsOf(second, seq)
    expect(problems).toContain("file: no such file")
    expect(problems).toMatch(/^run without, as it was taken last: share\.redis: \$\{EVENKEEL_SECRET\} is not set/m)
    const down = untilState(second, "isp1", "down")
    await carrierLoss(lab, "isp1")
    await down
    await until(async () => (await carriers(lab)).join() === "2", 10_000)

    seq = await end(second)
    await writeFile(first.configFile, "")
    const third = await startService(lab)
    expect(await problemsOf(third, seq)).toMatch(/^file: found nothing/)
    await end(third)

    await rm(films)
    const { exitCode } = await (await startService(lab)).child.exited
    expect(exitCode).toBe(2)
  })
})
