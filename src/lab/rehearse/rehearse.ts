import { availableParallelism } from "node:os"
import { from, lastValueFrom, mergeMap, toArray } from "rxjs"
import { monotonicMs } from "../clock.ts"
import type { Choice, Job } from "./choose.ts"
import type { Original } from "./copy.ts"
import { perform, type Tell } from "./perform.ts"
import type { Rehearsal, Run } from "./report.ts"
import { failedRun, runOf } from "./run.ts"
import { SCENARIOS } from "./scenarios.ts"

/** A lab mostly waits; with more of them at once they would disturb one another's times. */
const LABS_A_PROCESSOR = 3

/** Does all jobs, several at once, each in a lab of its own. What cannot be done is in the report as an error. */
export async function rehearse(original: Original, { jobs, notes }: Choice, tell: Tell): Promise<Rehearsal> {
  const startMs = monotonicMs()
  const labs = LABS_A_PROCESSOR * availableParallelism()
  const runs = await lastValueFrom(
    from(jobs).pipe(
      mergeMap(job => runsOf(original, job, tell), labs),
      toArray(),
    ),
    {
      defaultValue: [],
    },
  )
  return { runs: inOrder(runs.flat(), original), notes, tookMs: monotonicMs() - startMs }
}

async function runsOf(original: Original, job: Job, tell: Tell): Promise<readonly Run[]> {
  try {
    const recording = await perform(original, job, tell)
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
