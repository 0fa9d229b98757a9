import type { LinkModel, Effect } from "./link.ts"
import type { Span } from "./random.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** A decent fixed line. */
const FIXED = { rttMs: 12, jitterMs: 3, loss: 0 }
/** LTE: scheduling grants come in steps of 10 ms and more. */
const LTE = { rttMs: 35, jitterMs: 12, loss: 0.001 }
/** Geostationary: the line alone takes 600 ms, and its access scheme up to 200 ms more. */
const SATELLITE = { rttMs: 600, jitterMs: 5, spreadMs: 200, loss: 0.001 }

/** Long enough that the slowest detector is back to normal before the next one, and has its time during each. */
const RARE = { calm: between(10 * MINUTE, 15 * MINUTE), lasts: between(5 * MINUTE, 5 * MINUTE) }

const LOSSES = [0.02, 0.05, 0.1, 0.2, 0.3]
const BROWN_OUTS = [0.05, 0.1, 0.2, 0.4]

/** Every line that the detectors are held against. The names seed the random numbers: a new name is another draw. */
export const MODELS: readonly LinkModel[] = [
  { ...FIXED, name: "a sound line" },
  ...LOSSES.map(loss => ({ ...FIXED, name: `${percent(loss)} independent loss`, loss })),
  {
    ...FIXED,
    name: "Gilbert–Elliott: 80 % loss for 200 ms, at most 500",
    spells: { calm: { meanMs: 20 * SECOND }, lasts: { meanMs: 200, atMostMs: 500 }, effect: burst(0.8) },
  },
  {
    ...FIXED,
    name: "Gilbert–Elliott: 50 % loss for 2 s",
    spells: { calm: { meanMs: MINUTE }, lasts: { meanMs: 2 * SECOND }, effect: burst(0.5) },
  },
  { ...LTE, name: "LTE: outages of 100 to 500 ms", spells: outages(between(10 * SECOND, MINUTE), between(100, 500)) },
  {
    ...LTE,
    name: "LTE: outages of 500 ms to 1 s",
    spells: outages(between(10 * SECOND, MINUTE), between(500, SECOND)),
  },
  {
    ...FIXED,
    name: "one target dead for an hour a day",
    spells: { calm: between(22 * HOUR, 24 * HOUR), lasts: between(HOUR, HOUR), effect: { kind: "dead target" } },
  },
  { ...FIXED, name: "bufferbloat of 400 ms", spells: bloat(between(400, 400)) },
  { ...FIXED, name: "bufferbloat of 400 ms to 1.5 s", spells: bloat(between(400, 1500)) },
  { ...SATELLITE, name: "satellite" },
  { ...FIXED, name: "silent blackhole", spells: { ...RARE, effect: { kind: "outage" } } },
  { ...SATELLITE, name: "silent blackhole, satellite", spells: { ...RARE, effect: { kind: "outage" } } },
  ...BROWN_OUTS.map(loss => ({
    ...FIXED,
    name: `brown-out of ${percent(loss)}`,
    spells: { ...RARE, effect: { kind: "brown-out", loss } as const },
  })),
  {
    ...FIXED,
    name: "flapping every 3 to 120 s",
    spells: outages(between(3 * SECOND, 120 * SECOND), between(3 * SECOND, 120 * SECOND)),
  },
  {
    ...FIXED,
    name: "flapping every 5 s",
    // Not exactly 5 s: most of the detectors tick in whole seconds, and would stay in step for ever.
    spells: outages(between(4.8 * SECOND, 5.2 * SECOND), between(4.8 * SECOND, 5.2 * SECOND)),
  },
]

function between(fromMs: number, toMs: number): Span {
  return { fromMs, toMs }
}

function outages(calm: Span, lasts: Span) {
  return { calm, lasts, effect: { kind: "outage" } } as const
}

function burst(loss: number): Effect {
  return { kind: "burst", loss }
}

function bloat(peak: Span) {
  const [calm, lasts] = [between(5 * MINUTE, 20 * MINUTE), between(MINUTE, 5 * MINUTE)]
  return { calm, lasts, effect: { kind: "bloat", peak } } as const
}

function percent(part: number): string {
  return `${Math.round(100 * part)} %`
}
