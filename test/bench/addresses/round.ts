import { setTimeout as sleep } from "node:timers/promises"
import type { FaultTime } from "../../../src/lab/faults.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import { until } from "../../lab/support/rules.ts"
import type { Change, Restart } from "./changes.ts"
import type { Witness } from "./witness.ts"

/** How long after its link was usable each was right, in milliseconds: 0 when it never was wrong. */
export interface Round {
  readonly route: number
  readonly answered: number
  readonly carries: number
  readonly up: number
  /** Of the other link. */
  readonly broken: number
  /** New connections that failed: all, and of those begun when the link was usable. */
  readonly failed: number
  readonly failedAfter: number
}

/** Time for connections under way to end, and for the kernel to be willing to tell of the next change of carrier. */
const SETTLE_MS = 1_500

export interface Stage {
  readonly lab: Lab
  readonly seen: Witness
  readonly restart: Restart
}

export async function play({ lab, seen, restart }: Stage, change: Change, round: number): Promise<Round> {
  await sleep(SETTLE_MS)
  const before = counts(seen)
  const fault = await change.act(lab, round, restart)
  await sleep(SETTLE_MS)
  await until(() => Promise.resolve(isInFullService(seen)), 60_000, 50)
  return roundOf(lab, fault, seen, before)
}

const counts = ({ attempts, held }: Witness) => ({ attempts: attempts.length, held: held.length })

/** isp1 is up, and the last rules that were written gave it all of its share. */
export function isInFullService({ events }: Witness): boolean {
  const states = events.flatMap(({ what }) => (what.type === "link.state" && what.link === "isp1" ? [what.to] : []))
  const shares = events.flatMap(({ what }) => (what.type === "weights.applied" ? [what.shares["isp1"] ?? 0] : []))
  return states.at(-1) === "up" && (shares.at(-1) ?? 0) > 0.69 && (shares.at(-1) ?? 0) < 0.71
}

function roundOf(lab: Lab, { askedMs, doneMs }: FaultTime, seen: Witness, before: ReturnType<typeof counts>): Round {
  const after = (times: readonly number[]) => Math.max(0, (times.filter(ms => ms >= askedMs).at(-1) ?? doneMs) - doneMs)
  const first = (times: readonly number[]) => (times.find(ms => ms >= doneMs) ?? NaN) - doneMs
  const ups = seen.events.flatMap(({ atMs, what }) =>
    what.type === "link.state" && what.link === "isp1" && what.from === "down" ? [atMs] : [],
  )
  const attempts = seen.attempts.slice(before.attempts)
  const isOver = (link: string, via: string | null) => via === lab.link(link).publicAddress
  const failed = attempts.filter(({ ok, startMs }) => !ok && startMs >= askedMs)
  return {
    route: after(seen.routes.flatMap(({ atMs, what }) => (what.startsWith("Deleted") ? [] : [atMs]))),
    answered: first(seen.answers.map(({ atMs }) => atMs)),
    carries: first(
      attempts.flatMap(({ startMs, via }) => (isOver("isp1", via) ? [startMs] : [])).sort((a, b) => a - b),
    ),
    up: after(ups),
    broken: seen.held.slice(before.held).filter(event => event.kind === "broken" && isOver("isp2", event.via)).length,
    failed: failed.length,
    failedAfter: failed.filter(({ startMs }) => startMs >= doneMs).length,
  }
}
