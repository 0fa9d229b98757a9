import { setTimeout as sleep } from "node:timers/promises"
import type { Config } from "../../core/config.ts"
import { startAgent } from "../agent.ts"
import { monotonicMs } from "../clock.ts"
import type { FaultTime } from "../faults.ts"
import type { Lab } from "../lab.ts"
import type { Timed } from "../timed.ts"
import type { LabSpec } from "../topology.ts"
import { startServer } from "../users.ts"
import { blueprint } from "./blueprint.ts"
import type { Job } from "./choose.ts"
import { copyFor, labProbes, type Original } from "./copy.ts"
import type { Recording } from "./recording.ts"
import { isBackLater, scenarios } from "./scenarios.ts"
import { bringUsers, type Users } from "./users.ts"
import { watch, type Watch } from "./watch.ts"

/** To see what becomes of flows once the rules are changed; where new ones go afterwards. */
const DURING_MS = 2500
const AFTER_MS = 1500
/** Beyond what the configuration allows for: other labs are busy beside this one. */
const PATIENCE_MS = 5000

/** Told when the agent has noticed, or when it had the time and has not (null). */
export type Tell = (job: Job, noticed: Timed | null, fault: FaultTime) => void

export type Build = (spec: LabSpec) => Promise<Lab>

/** A lab with the agent and the users at work. */
interface Stage {
  readonly job: Job
  readonly config: Config
  readonly lab: Lab
  readonly agent: Watch
  readonly users: Users
}

/** What happened on it. */
interface Played {
  readonly stage: Stage
  readonly fault: FaultTime
  readonly mended: FaultTime
}

/** Fills a new lab, and waits until all is as usual there. @throws Error that says why it never is. */
export async function setUp(original: Original, config: Config, job: Job, build: Build): Promise<Stage> {
  const lab = await build(blueprint(config))
  const targets = labProbes(config)
  await startServer(lab, undefined, targets)
  const agent = watch(await startAgent(lab, copyFor(lab, original, config)))
  await agent.allUp(config.links.map(({ name }) => name))
  return { job, config, lab, agent, users: await bringUsers(lab, config) }
}

/** Breaks what the job says, waits for the agent and its users, and mends it. */
export async function play(stage: Stage, tell: Tell): Promise<Played> {
  const { job, config, lab, agent } = stage
  const { strike, mend, isNoticed, noticedWithinMs } = scenarios[job.scenario]
  const fault = await together(job.struck.map(link => strike(lab, link, config)))
  const noticed = await agent.each(job.links, isNoticed, { sinceMs: fault.askedMs, withinMs: noticedWithinMs(config) })
  tell(job, noticed, fault)
  await sleep(DURING_MS)
  return { stage, fault, mended: await together(job.struck.map(link => mend(lab, link))) }
}

/** Waits for the return, as far as that is worth it, and ends all programs of the lab. */
export async function end({ stage, fault, mended }: Played): Promise<Recording> {
  const { job, config, lab, agent, users } = stage
  const { isBack, provenAfterMs } = scenarios[job.scenario]
  const withinMs = provenAfterMs(config.health) + PATIENCE_MS
  if (!isBackLater(job.scenario, config.health))
    await agent.each(job.links, isBack, { sinceMs: mended.askedMs, withinMs })
  await sleep(AFTER_MS)
  const endMs = monotonicMs()
  const seen = { ...(await users.leave()), events: agent.end() }
  await lab.quiet()
  return { job, config, fault, mended, endMs, ...seen, linkOf: lab.linkOf }
}

async function together(faults: readonly Promise<FaultTime>[]): Promise<FaultTime> {
  const times = await Promise.all(faults)
  return {
    askedMs: Math.min(...times.map(({ askedMs }) => askedMs)),
    doneMs: Math.max(...times.map(({ doneMs }) => doneMs)),
  }
}
