import { draw, exponential, sfc32, survivors, uniform, type Random, type Span } from "./random.ts"

/** A line as probes see it: its usual self, and spells of something else. */
export interface LinkModel {
  readonly name: string
  /** Shortest round trip. */
  readonly rttMs: number
  /** Mean of what queues add to it, exponential. */
  readonly jitterMs: number
  /** The most that the line itself adds to it, evenly spread. */
  readonly spreadMs?: number
  /** Probability that a probe is not answered, whatever became of the others. */
  readonly loss: number
  readonly spells?: Spells
}

/** Spells come after `calm` and last `lasts`, both drawn anew each time. */
interface Spells {
  readonly calm: Span
  readonly lasts: Span
  readonly effect: Effect
}

/**
 * `outage`: nothing comes through. `brown-out`: so much loss for minutes. `burst`: so much loss, as the bad state of a
 * Gilbert–Elliott channel. `bloat`: a full queue at the bottleneck. `dead target`: the first target does not answer.
 */
export type Effect =
  | { readonly kind: "outage" }
  | { readonly kind: "brown-out"; readonly loss: number }
  | { readonly kind: "burst"; readonly loss: number }
  | { readonly kind: "bloat"; readonly peak: Span }
  | { readonly kind: "dead target" }

/** What may be known of a spell. */
interface Spell {
  /** Spells begun so far: the number of this one, counted from 1. */
  readonly count: number
  readonly isOn: boolean
  readonly sinceMs: number
  /** When it ended, or will. */
  readonly endMs: number
  /** Probes sent since it began. */
  readonly probes: number
  /** What all spells together have lasted so far. */
  readonly totalMs: number
}

export interface SimulatedLink {
  /** Round-trip time of a probe that is sent now, Infinity if it is never answered. Time must not go back. */
  readonly answer: (target: number, atMs: number) => number
  /** The newest spell, as of now. Time must not go back. */
  readonly spell: (atMs: number) => Spell
  readonly sent: () => number
  /** Users' connections fill a queue just now, and get on. Time must not go back. */
  readonly isBusy: (atMs: number) => boolean
}

/** A queue that fills at line rate reaches its depth within about a second. */
const FILLING_MS = 1000
/** A full queue breathes with the flows that fill it, and drops now and then. */
const BLOAT_JITTER = 0.15
const BLOAT_LOSS = 0.02

/** Spells have random numbers of their own: they come at the same times whoever probes, however often. */
export function createLink(model: LinkModel, seed: number): SimulatedLink {
  const { rttMs, jitterMs, loss, spells, spreadMs = 0 } = model
  const packets = sfc32(seed)
  const schedule = sfc32(~seed)
  const isCut = spells?.effect.kind === "outage"
  let sent = 0
  let passing = survivors(loss, packets)
  let count = 0
  let isOn = false
  let sinceMs = 0
  let endMs = 0
  let sentBefore = 0
  let pastMs = 0
  let peakMs = 0
  let turnMs = spells === undefined ? Infinity : draw(spells.calm, schedule)

  function turn({ calm, lasts, effect }: Spells): void {
    isOn = !isOn
    const startMs = turnMs
    turnMs += draw(isOn ? lasts : calm, schedule)
    if (!isOn) {
      pastMs += endMs - sinceMs
      return
    }
    count++
    sinceMs = startMs
    endMs = turnMs
    sentBefore = sent
    if (effect.kind === "bloat") peakMs = draw(effect.peak, schedule)
  }

  function advance(atMs: number): void {
    if (spells !== undefined) while (atMs >= turnMs) turn(spells)
  }

  function roundTrip(random: Random): number {
    const usualMs = rttMs + jitterMs * exponential(random)
    return spreadMs === 0 ? usualMs : usualMs + spreadMs * uniform(random)
  }

  function usual(atMs: number): number {
    if (passing <= 0) {
      passing = survivors(loss, packets)
      return Infinity
    }
    passing--
    const tripMs = roundTrip(packets)
    // What is under way when the line is cut is lost with it.
    return isCut && atMs + tripMs >= turnMs ? Infinity : tripMs
  }

  function unusual(effect: Effect, target: number, atMs: number): number {
    switch (effect.kind) {
      case "outage":
        return Infinity
      case "brown-out":
      case "burst":
        return uniform(packets) < effect.loss ? Infinity : roundTrip(packets)
      case "dead target":
        return target === 0 ? Infinity : usual(atMs)
      case "bloat": {
        const queueMs = peakMs * Math.min(1, (atMs - sinceMs) / FILLING_MS)
        return uniform(packets) < BLOAT_LOSS
          ? Infinity
          : roundTrip(packets) + queueMs * (1 + BLOAT_JITTER * exponential(packets))
      }
    }
  }

  return {
    answer: (target, atMs) => {
      if (atMs >= turnMs) advance(atMs)
      sent++
      return isOn && spells !== undefined ? unusual(spells.effect, target, atMs) : usual(atMs)
    },
    spell: atMs => {
      advance(atMs)
      const totalMs = pastMs + (isOn ? atMs - sinceMs : 0)
      return { count, isOn, sinceMs, endMs, probes: sent - sentBefore, totalMs }
    },
    sent: () => sent,
    isBusy: atMs => {
      advance(atMs)
      return isOn && spells?.effect.kind === "bloat"
    },
  }
}
