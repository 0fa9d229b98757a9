/** The next 32 random bits, as a whole number from 0. */
export type Random = () => number

/** Any whole number as a seed of its own, from a name: FNV-1a. */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Chris Doty-Humphrey's sfc32 (PractRand): passes its tests, and costs a few nanoseconds a number. */
export function sfc32(seed: number): Random {
  let a = seed | 0
  let b = 0x9e3779b9 | 0
  let c = 0x243f6a88
  let counter = 1
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let i = 0; i < 15; i++) next()
  return next
}

/** 0 to 1, without 1. */
export function uniform(random: Random): number {
  return random() * 2 ** -32
}

/** A length of time: evenly between two bounds, or memoryless about a mean (with a longest one, if there must be). */
export type Span =
  { readonly fromMs: number; readonly toMs: number } | { readonly meanMs: number; readonly atMostMs?: number }

export function draw(span: Span, random: Random): number {
  if ("fromMs" in span) return span.fromMs + (span.toMs - span.fromMs) * uniform(random)
  return Math.min(span.atMostMs ?? Infinity, -span.meanMs * Math.log(1 - uniform(random)))
}

/** How many probes come through before one is lost, when each is lost with this probability: geometric. */
export function survivors(loss: number, random: Random): number {
  return loss === 0 ? Infinity : Math.floor(Math.log(1 - uniform(random)) / Math.log(1 - loss))
}

/** Quantiles of the exponential distribution of mean 1, for a logarithm less a probe; its tail ends at 9. */
const QUANTILE_BITS = 12
const QUANTILES = Float64Array.from({ length: 2 ** QUANTILE_BITS }, (_, i) => -Math.log((i + 0.5) / 2 ** QUANTILE_BITS))

export function exponential(random: Random): number {
  return QUANTILES[random() >>> (32 - QUANTILE_BITS)] ?? 0
}
