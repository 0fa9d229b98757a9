import { defer, tap } from "rxjs"
import type { FamilyName } from "../core/family.ts"
import { probeName } from "../core/probe-spec.ts"
import { fateOf, type Fate, type ProbeKey, type Tally } from "../core/tally.ts"
import type { ProbeLink } from "../streams/poll.ts"

/** Counts what becomes of probes, for whoever takes the sums from time to time. */
export interface Tallies {
  /** The same prober, each of whose outcomes counts. */
  readonly counting: (family: FamilyName, probe: ProbeLink) => ProbeLink
  /** What came since the last time. */
  readonly take: () => readonly Tally[]
}

interface Sum extends ProbeKey {
  readonly fates: Record<Fate, number>
  readonly rttsMs: number[]
}

/** Asked at every answer of every probe, so it does no more than to add. */
export function createTallies(): Tallies {
  let sums = new Map<string, Sum>()

  const sumOf = ({ family, link, probe }: ProbeKey): Sum => {
    const key = `${family} ${link} ${probe}`
    const known = sums.get(key)
    if (known !== undefined) return known
    const sum = { family, link, probe, fates: { reply: 0, resent: 0, late: 0, lost: 0, broken: 0 }, rttsMs: [] }
    sums.set(key, sum)
    return sum
  }
  return {
    counting: (family, ask) => (link, spec, limits) =>
      defer(() => {
        const key = { family, link: link.name, probe: probeName(spec) }
        let wasLost = false
        return ask(link, spec, limits).pipe(
          tap(outcome => {
            const fate = fateOf(outcome, wasLost)
            wasLost ||= outcome.kind === "lost"
            if (fate === null) return
            const sum = sumOf(key)
            sum.fates[fate] += 1
            if (outcome.kind === "reply" && outcome.rttMs !== null) sum.rttsMs.push(outcome.rttMs)
          }),
        )
      }),
    take: () => {
      const taken = [...sums.values()]
      sums = new Map()
      return taken
    },
  }
}
