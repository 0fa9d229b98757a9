import { availableParallelism } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { monotonicMs } from "../clock.ts"
import { buildLab, type Lab } from "../lab.ts"
import type { Choice, Job } from "./choose.ts"
import type { Original } from "./copy.ts"
import { end, play, setUp, type Build, type Tell } from "./perform.ts"
import type { Rehearsal, Run } from "./report.ts"
import { failedRun, runOf } from "./run.ts"
import { SCENARIOS } from "./scenarios.ts"

/** A lab mostly waits. */
const LABS_A_PROCESSOR = 3
/** To see the usual split, and for what was just started to settle. */
const BEFORE_MS = 2000
/** Ten times as many probes and a hundred resets follow each outage: not all at the same moment. */
const APART_MS = 400

/** Does all jobs, each in a lab of its own. What cannot be done is in the report as an error. */
export async function rehearse(original: Original, { config, jobs, notes }: Choice, tell: Tell): Promise<Rehearsal> {
  const startMs = monotonicMs()
  const labs: Lab[] = []
  const build: Build = async spec => {
    const lab = await buildLab(spec)
    labs.push(lab)
    return lab
  }
  try {
    const runs = await runsOfAll(jobs, job => setUp(original, config, job, build), tell)
    return { runs: inOrder(runs, original), notes, tookMs: monotonicMs() - startMs }
  } finally {
    await Promise.all(labs.map(lab => lab.dispose()))
  }
}

/**
 * Some labs at once. While the agents of some have to notice something, none is built or deleted: what keeps the kernel
 * busy would be measured with it. Only the return is waited for beside the next ones.
 */
async function runsOfAll(jobs: readonly Job[], start: (job: Job) => Starting, tell: Tell): Promise<readonly Run[]> {
  const runs: Promise<readonly Run[]>[] = []
  for (const wave of wavesOf(jobs)) {
    const stages = wave.map(job => ({ job, stage: start(job) }))
    await Promise.allSettled(stages.map(({ stage }) => stage))
    await sleep(BEFORE_MS)
    const acts = stages.map(({ job, stage }, place) => ({ job, played: playAt(place * APART_MS, stage, tell) }))
    await Promise.allSettled(acts.map(({ played }) => played))
    runs.push(...acts.map(({ job, played }) => runsOf(job, played)))
  }
  return (await Promise.all(runs)).flat()
}

type Starting = ReturnType<typeof setUp>

/** As even as they can be. */
function wavesOf(jobs: readonly Job[]): readonly (readonly Job[])[] {
  const count = Math.ceil(jobs.length / (LABS_A_PROCESSOR * availableParallelism()))
  const size = Math.ceil(jobs.length / count)
  return Array.from({ length: count }, (_, wave) => jobs.slice(wave * size, (wave + 1) * size))
}

async function playAt(ms: number, stage: Starting, tell: Tell) {
  await sleep(ms)
  return play(await stage, tell)
}

async function runsOf(job: Job, played: ReturnType<typeof play>): Promise<readonly Run[]> {
  try {
    const recording = await end(await played)
    return job.links.map(link => runOf(recording, link))
  } catch (error) {
    return job.links.map(link => failedRun(job, link, error))
  }
}

function inOrder(runs: readonly Run[], { config }: Original): readonly Run[] {
  const ofLink = (name: string) => runs.filter(({ link }) => link === name)
  return config.links.flatMap(({ name }) =>
    ofLink(name).toSorted((a, b) => SCENARIOS.indexOf(a.scenario) - SCENARIOS.indexOf(b.scenario)),
  )
}
