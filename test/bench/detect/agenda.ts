/** What will become of the probes that are under way, soonest first. `rttMs` is NaN where a probe's patience ends. */
export interface Agenda {
  readonly add: (atMs: number, target: number, sentMs: number, rttMs: number) => void
  /** When the next one is due; Infinity: none. */
  readonly dueMs: () => number
  /** Takes the next one out, into the fields below. */
  readonly take: () => Due
}

/** The same object each time, filled anew: it is read at once, a hundred million times. */
interface Due {
  target: number
  sentMs: number
  rttMs: number
}

/** Enough for every probe of a burst until it is given up; more would be a leak. */
const CAPACITY = 4096

/** Few are under way and the newest mostly ends last, so a sorted list that grows at its end beats a heap. */
export function createAgenda(): Agenda {
  const [due, sent, rtt] = [column(), column(), column()]
  const targets = new Int32Array(CAPACITY)
  const taken: Due = { target: 0, sentMs: 0, rttMs: 0 }
  let head = 0
  let tail = 0

  function moveToFront(): void {
    if (head === 0) throw new Error(`more than ${CAPACITY} probes under way`)
    for (const array of [due, sent, rtt, targets]) array.copyWithin(0, head, tail)
    tail -= head
    head = 0
  }

  return {
    add: (atMs, target, sentMs, rttMs) => {
      if (tail === CAPACITY) moveToFront()
      let at = tail++
      for (; at > head && (due[at - 1] ?? 0) > atMs; at--) {
        due[at] = due[at - 1] ?? 0
        sent[at] = sent[at - 1] ?? 0
        rtt[at] = rtt[at - 1] ?? 0
        targets[at] = targets[at - 1] ?? 0
      }
      due[at] = atMs
      sent[at] = sentMs
      rtt[at] = rttMs
      targets[at] = target
    },
    dueMs: () => (head === tail ? Infinity : (due[head] ?? 0)),
    take: () => {
      taken.target = targets[head] ?? 0
      taken.sentMs = sent[head] ?? 0
      taken.rttMs = rtt[head] ?? 0
      head++
      if (head === tail) head = tail = 0
      return taken
    },
  }
}

function column(): Float64Array {
  return new Float64Array(CAPACITY)
}
