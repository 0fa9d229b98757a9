import type { Tell, Verdict } from "./detector.ts"
import type { LinkModel, SimulatedLink } from "./link.ts"

/** What a detector made of a link. */
export interface Score {
  /** Outages or brown-outs that began while it held the link for sound. */
  readonly faults: number
  /** From the fault to the verdict, for those that it found while they lasted. */
  readonly delaysMs: readonly number[]
  /** Probes sent meanwhile. */
  readonly delaysProbes: readonly number[]
  /** "Down", said of a link that was delivering at that moment. */
  readonly falseDowns: number
  /** Those of them said before an answer could be back: less than a round trip after the line was. Nobody could know. */
  readonly unknowable: number
  /** Part of the time in which the line delivered that it spent "down", 0..1. */
  readonly wronglyOut: number
  readonly degradations: number
  /** From "down" back to service. */
  readonly returns: number
  readonly probes: number
  readonly spanMs: number
}

export interface Scorer {
  readonly tell: Tell
  readonly total: (spanMs: number) => Score
}

/** Holds a detector's verdicts against what the link was really like. */
export function scorer({ spells, rttMs, jitterMs }: LinkModel, link: SimulatedLink): Scorer {
  const kind = spells?.effect.kind
  const [delaysMs, delaysProbes]: [number[], number[]] = [[], []]
  let verdict: Verdict = "up"
  let seen = 0
  let faults = 0
  /** The number of the fault that is still to be found. */
  let open = 0
  let falseDowns = 0
  let unknowable = 0
  let degradations = 0
  let returns = 0
  /** Since when the verdict is "down", and the outages until then. */
  let out: { readonly sinceMs: number; readonly outagesMs: number } | null = null
  let wronglyOutMs = 0

  /** A verdict on an outage is "down"; a brown-out may be answered by either. */
  const finds = (verdict: Verdict) => verdict === "down" || (kind === "brown-out" && verdict === "degraded")

  /** All that began since the last change of verdict began under that verdict. */
  function catchUp(count: number): void {
    if (kind !== "outage" && kind !== "brown-out") return
    if (!finds(verdict)) {
      faults += count - seen
      if (count > seen) open = count
    }
    seen = count
  }

  const outagesMs = (atMs: number) => (kind === "outage" ? link.spell(atMs).totalMs : 0)

  function endOut(atMs: number): void {
    if (out !== null) wronglyOutMs += atMs - out.sinceMs - (outagesMs(atMs) - out.outagesMs)
    out = null
  }

  return {
    tell: (next, atMs) => {
      const spell = link.spell(atMs)
      endOut(atMs)
      if (next === "down") out = { sinceMs: atMs, outagesMs: outagesMs(atMs) }
      catchUp(spell.count)
      if (spell.isOn && open === spell.count && finds(next)) {
        delaysMs.push(atMs - spell.sinceMs)
        delaysProbes.push(spell.probes)
        open = 0
      }
      if (next === "down" && !(kind === "outage" && spell.isOn)) {
        falseDowns++
        if (kind === "outage" && atMs - spell.endMs < rttMs + jitterMs) unknowable++
      }
      if (next === "degraded") degradations++
      if (verdict === "down") returns++
      verdict = next
    },
    total: spanMs => {
      catchUp(link.spell(spanMs).count)
      endOut(spanMs)
      const wronglyOut = wronglyOutMs / (spanMs - outagesMs(spanMs))
      return {
        faults,
        delaysMs,
        delaysProbes,
        falseDowns,
        unknowable,
        wronglyOut,
        degradations,
        returns,
        probes: link.sent(),
        spanMs,
      }
    },
  }
}
