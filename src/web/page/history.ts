import type { Recorded, Sample, SeriesId } from "./shapes.ts"

type Values = readonly (number | null)[]

/** One series on the common grid of times. */
export interface Measured extends SeriesId {
  readonly rttMs: Values
  readonly loss: Values
}

/** The last hour. All series have a value, or null, for each of `times` (wall-clock milliseconds, one step apart). */
export interface History {
  readonly stepMs: number
  readonly times: readonly number[]
  readonly series: readonly Measured[]
  readonly shares: Readonly<Record<string, Values>>
}

const KEPT_MS = 3_600_000

export const NO_HISTORY: History = { stepMs: 5000, times: [], series: [], shares: {} }

/** Series may have begun at different times; buckets of each are laid on the grid of the earliest. */
export function fromRecorded({ stepMs, series, shares }: Recorded): History {
  const lists = [
    ...series.map(({ firstMs, rttMs }) => ({ firstMs, length: rttMs.length })),
    { firstMs: shares.firstMs, length: longest(Object.values(shares.byLink)) },
  ].filter(({ length }) => length > 0)
  if (lists.length === 0) return { ...NO_HISTORY, stepMs }
  const endMs = Math.max(...lists.map(({ firstMs, length }) => firstMs + length * stepMs))
  const firstMs = Math.max(endMs - KEPT_MS, Math.min(...lists.map(list => list.firstMs)))
  const length = Math.round((endMs - firstMs) / stepMs)
  const lay = (startMs: number, values: Values) => onGrid(values, Math.round((startMs - firstMs) / stepMs), length)
  const byLink = Object.entries(shares.byLink).map(([link, values]) => [link, lay(shares.firstMs, values)] as const)
  return newest({
    stepMs,
    times: Array.from({ length }, (_, i) => firstMs + i * stepMs),
    series: series.map(({ link, family, probe, firstMs: startMs, rttMs, loss }) => ({
      link,
      family,
      probe,
      rttMs: lay(startMs, rttMs),
      loss: lay(startMs, loss),
    })),
    shares: Object.fromEntries(byLink),
  })
}

/** One step more; steps that were missed are gaps. A sample of a step that is known already changes nothing. */
export function withSample(history: History, sample: Sample): History {
  const { stepMs, times } = history
  const lastMs = times.at(-1) ?? sample.atMs - stepMs
  const steps = Math.round((sample.atMs - lastMs) / stepMs)
  if (steps < 1) return history
  if (steps * stepMs > KEPT_MS) return withSample({ ...NO_HISTORY, stepMs }, sample)
  const grown = [...times, ...Array.from({ length: steps }, (_, i) => lastMs + (i + 1) * stepMs)]
  const append = (values: Values | undefined, value: number | null) => [
    ...onGrid(values ?? [], 0, grown.length - 1),
    value,
  ]
  return newest({
    stepMs,
    times: grown,
    series: grownSeries(history, sample, append),
    shares: shared(history, sample, append),
  })
}

type Append = (values: Values | undefined, value: number | null) => Values

function grownSeries(history: History, sample: Sample, append: Append): readonly Measured[] {
  const ids = new Map(
    [...history.series, ...sample.series].map(({ link, family, probe }) => [
      keyOf({ link, family, probe }),
      { link, family, probe },
    ]),
  )
  const before = new Map(history.series.map(series => [keyOf(series), series]))
  const now = new Map(sample.series.map(series => [keyOf(series), series]))
  return [...ids].map(([key, id]) => ({
    ...id,
    rttMs: append(before.get(key)?.rttMs, now.get(key)?.rttMs ?? null),
    loss: append(before.get(key)?.loss, now.get(key)?.loss ?? null),
  }))
}

function shared(history: History, sample: Sample, append: Append): History["shares"] {
  const links = new Set([...Object.keys(history.shares), ...Object.keys(sample.shares)])
  return Object.fromEntries([...links].map(link => [link, append(history.shares[link], sample.shares[link] ?? null)]))
}

export function keyOf({ link, family, probe }: SeriesId): string {
  return JSON.stringify([link, family, probe])
}

/** What is older than the hour goes, and so does a series of which nothing is left. */
function newest({ stepMs, times, series, shares }: History): History {
  const kept = Math.floor(KEPT_MS / stepMs)
  const tail = (values: Values) => values.slice(-kept)
  return {
    stepMs,
    times: times.slice(-kept),
    series: series
      .map(each => ({ ...each, rttMs: tail(each.rttMs), loss: tail(each.loss) }))
      .filter(({ rttMs, loss }) => [...rttMs, ...loss].some(value => value !== null)),
    shares: Object.fromEntries(Object.entries(shares).map(([link, values]) => [link, tail(values)])),
  }
}

function onGrid(values: Values, offset: number, length: number): Values {
  return Array.from({ length }, (_, i) => values[i - offset] ?? null)
}

function longest(lists: readonly Values[]): number {
  return Math.max(0, ...lists.map(list => list.length))
}
