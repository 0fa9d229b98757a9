import { oneByOne } from "./one-by-one.ts"

/** A disk that works answers in less, and links do not wait for one that does not. */
const PATIENCE_MS = 2_000
/** A hard disk in standby takes six or so to turn. */
const START_MS = 10_000

/** The disk has not answered, as one that dies or a server that is gone; what was begun may still come to its end. */
class Hanging extends Error {
  override readonly name = "Hanging"
}

export type OnDisk = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Whoever has no other work waits as long as it takes. */
export const atLength: OnDisk = work => work()

/**
 * What an agent keeps, one piece of work after another: each that hangs takes one of the four threads that Node has for
 * files and for looking up names, so that one at most is taken, however much there is to write.
 */
export interface Disk {
  /** In its turn, however long those before it take. */
  readonly inTurn: OnDisk
  /** The same for a moment, then rejects; while something hangs it rejects at once, and the work is never begun. */
  readonly patiently: OnDisk
  /** The same for what a start needs, which would else be lost: one that was asleep, or is on a slow card, has time to come. */
  readonly atStart: OnDisk
}

export function createDisk(patienceMs = PATIENCE_MS, startMs = START_MS): Disk {
  const next = oneByOne()
  let isStuck = false
  const inTurn: OnDisk = work => next(() => work().finally(() => (isStuck = false)))
  const within =
    (ms: number): OnDisk =>
    async work => {
      if (isStuck) throw hanging(ms)
      return inTime(inTurn(work), ms, () => (isStuck = true))
    }
  return { inTurn, patiently: within(patienceMs), atStart: within(startMs) }
}

/** Waits for work of the disk no longer than this; the work goes on. @throws Error when it takes longer */
export async function inTime<Result>(
  work: Promise<Result>,
  patienceMs: number,
  onLate: () => void = () => undefined,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate()
      reject(hanging(patienceMs))
    }, patienceMs)
  })
  // In the turn in which it ends: nothing that is over may count as late.
  const timely = work.finally(() => {
    clearTimeout(timer)
  })
  return Promise.race([timely, late])
}

function hanging(patienceMs: number): Error {
  return new Hanging(
    `the disk of stateDir has not answered for ${patienceMs / 1000} s: see dmesg, or whether its server is there`,
  )
}
