import { setTimeout as sleep } from "node:timers/promises"
import type { Config } from "../../core/config.ts"
import { startAgent } from "../agent.ts"
import { monotonicMs } from "../clock.ts"
import type { FaultTime } from "../faults.ts"
import { buildLab, type Lab } from "../lab.ts"
import type { Timed } from "../timed.ts"
import { startServer } from "../users.ts"
import { blueprint } from "./blueprint.ts"
import type { Job } from "./choose.ts"
import { copyFor, rehearsed, type Original } from "./copy.ts"
import type { Recording } from "./recording.ts"
import { isBackLater, scenarios } from "./scenarios.ts"
import { bringUsers } from "./users.ts"
import { watch, type Watch } from "./watch.ts"

/** To see the usual split; what becomes of flows once the rules are changed; where new ones go afterwards. */
const BEFORE_MS = 2000
const DURING_MS = 2500
const AFTER_MS = 1500
/** Beyond what the configuration allows for: other labs are busy beside this one. */
const RETURN_PATIENCE_MS = 5000

/** Told when the agent has noticed, or when it had the time and has not (null). */
export type Tell = (job: Job, noticed: Timed | null, fault: FaultTime) => void

/** Does one job in a lab of its own. @throws Error that says why it cannot be done. */
export async function perform(original: Original, job: Job, tell: Tell): Promise<Recording> {
  const lab = await buildLab(blueprint(rehearsed(original.config)))
  try {
    return await performIn(lab, original, job, tell)
  } finally {
    await lab.dispose()
  }
}

async function performIn(lab: Lab, original: Original, job: Job, tell: Tell): Promise<Recording> {
  const config = rehearsed(original.config)
  const targets = config.links.flatMap(({ probes }) => probes)
  await startServer(lab, undefined, targets)
  const agent = watch(await startAgent(lab, copyFor(lab, original)))
  await agent.allUp(config.links.map(({ name }) => name))
  const users = await bringUsers(lab, config)
  await sleep(BEFORE_MS)
  const { fault, mended } = await breakAndMend(lab, agent, job, config, tell)
  await sleep(AFTER_MS)
  const endMs = monotonicMs()
  return { job, config, fault, mended, endMs, ...(await users.leave()), events: agent.end(), linkOf: lab.linkOf }
}

async function breakAndMend(lab: Lab, agent: Watch, job: Job, config: Config, tell: Tell) {
  const { strike, mend, isNoticed, isBack, noticedWithinMs, provenAfterMs } = scenarios[job.scenario]
  const fault = await together(job.struck.map(link => strike(lab, link, config)))
  const noticed = await agent.each(job.links, isNoticed, { sinceMs: fault.askedMs, withinMs: noticedWithinMs(config) })
  tell(job, noticed, fault)
  await sleep(DURING_MS)
  const mended = await together(job.struck.map(link => mend(lab, link)))
  if (!isBackLater(job.scenario, config.health))
    await agent.each(job.links, isBack, {
      sinceMs: mended.askedMs,
      withinMs: provenAfterMs(config.health) + RETURN_PATIENCE_MS,
    })
  return { fault, mended }
}

async function together(faults: readonly Promise<FaultTime>[]): Promise<FaultTime> {
  const times = await Promise.all(faults)
  return {
    askedMs: Math.min(...times.map(({ askedMs }) => askedMs)),
    doneMs: Math.max(...times.map(({ doneMs }) => doneMs)),
  }
}
