import { lossOf, type ProbeKey, type Tally } from "../core/tally.ts"

/** So long a bucket. */
export const STEP_MS = 5_000
/** An hour. */
const STEPS = 720

/** One bucket of every series, or those that were measured in it. */
export interface Sample {
  /** Its beginning, by the wall clock. */
  readonly atMs: number
  readonly series: readonly (ProbeKey & Point)[]
  readonly shares: Readonly<Record<string, number>>
}

/** Null: nothing was measured. */
interface Point {
  readonly rttMs: number | null
  readonly loss: number | null
}

/** The last hour: round trips and losses by target, and each link's share of new flows. */
export interface History {
  readonly add: (tallies: readonly Tally[]) => void
  /** Ends the bucket that `endMs` of the wall clock is the end of, with the shares that hold then. */
  readonly close: (endMs: number, shares: Readonly<Record<string, number>>) => Sample
  readonly json: () => HistoryJson
}

interface HistoryJson {
  readonly stepMs: number
  readonly series: readonly (ProbeKey & {
    readonly firstMs: number
    readonly rttMs: readonly (number | null)[]
    readonly loss: readonly (number | null)[]
  })[]
  readonly shares: {
    readonly firstMs: number
    readonly stepMs: number
    readonly byLink: Readonly<Record<string, readonly number[]>>
  }
}

/** NaN: nothing was measured. Arrays of numbers alone take half of the memory. */
interface Series {
  readonly key: ProbeKey
  readonly rttMs: number[]
  readonly loss: number[]
}

export function createHistory(): History {
  const series = new Map<string, Series>()
  const shares = new Map<string, number[]>()
  let open = new Map<string, Tally[]>()
  let lastMs = 0

  const seriesOf = (id: string, { family, link, probe }: ProbeKey): Series => {
    const known = series.get(id)
    if (known !== undefined) return known
    const fresh = { key: { link, family, probe }, rttMs: [], loss: [] }
    series.set(id, fresh)
    return fresh
  }
  const closeSeries = (): Sample["series"] => {
    for (const [id, [first]] of open) if (first !== undefined) seriesOf(id, first)
    const points = [...series].map(([id, { key, rttMs, loss }]) => {
      const point = pointOf(open.get(id) ?? [])
      push(rttMs, point.rttMs ?? NaN)
      push(loss, point.loss ?? NaN)
      return { ...key, ...point }
    })
    for (const [id, { loss, rttMs }] of series) if (isPast(loss) && isPast(rttMs)) series.delete(id)
    open = new Map()
    return points.filter(({ rttMs, loss }) => rttMs !== null || loss !== null)
  }
  /** A link that is new had no share before. */
  const closeShares = (now: Readonly<Record<string, number>>) => {
    const length = Math.max(0, ...[...shares.values()].map(({ length }) => length))
    for (const link of Object.keys(now)) if (!shares.has(link)) shares.set(link, Array<number>(length).fill(0))
    for (const [link, values] of shares) push(values, rounded(now[link] ?? 0, 4))
    for (const [link, values] of shares) if (!(link in now) && values.every(share => share === 0)) shares.delete(link)
  }
  return {
    add: tallies => {
      for (const tally of tallies) {
        const id = `${tally.family} ${tally.link} ${tally.probe}`
        const known = open.get(id)
        if (known === undefined) open.set(id, [tally])
        else known.push(tally)
      }
    },
    close: (endMs, now) => {
      lastMs = endMs - STEP_MS
      closeShares(now)
      return { atMs: lastMs, series: closeSeries(), shares: now }
    },
    json: () => historyJson([...series.values()], shares, lastMs),
  }
}

function historyJson(series: readonly Series[], shares: ReadonlyMap<string, number[]>, lastMs: number): HistoryJson {
  const firstMs = (length: number) => lastMs - Math.max(0, length - 1) * STEP_MS
  const [longest = 0] = [...shares.values()].map(({ length }) => length)
  return {
    stepMs: STEP_MS,
    series: series.map(({ key, rttMs, loss }) => ({
      ...key,
      firstMs: firstMs(rttMs.length),
      rttMs: rttMs.map(orNull),
      loss: loss.map(orNull),
    })),
    shares: { firstMs: firstMs(longest), stepMs: STEP_MS, byLink: Object.fromEntries(shares) },
  }
}

function pointOf(tallies: readonly Tally[]): Point {
  const rtts = tallies.flatMap(({ rttsMs }) => rttsMs)
  const sum = (fate: keyof Tally["fates"]) => tallies.reduce((total, { fates }) => total + fates[fate], 0)
  const loss = lossOf({
    reply: sum("reply"),
    resent: sum("resent"),
    late: sum("late"),
    lost: sum("lost"),
    broken: sum("broken"),
  })
  const rttMs = rtts.length === 0 ? null : rtts.reduce((total, rtt) => total + rtt, 0) / rtts.length
  return { rttMs: rttMs === null ? null : rounded(rttMs, 2), loss: loss === null ? null : rounded(loss, 3) }
}

function push(values: number[], value: number): void {
  values.push(value)
  if (values.length > STEPS) values.shift()
}

/** A target that is asked no more is shown for as long as something of it is. */
function isPast(values: readonly number[]): boolean {
  return values.length >= STEPS && values.every(Number.isNaN)
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

function rounded(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
