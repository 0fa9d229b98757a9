/** What a wall clock is off by is mended in steps of less than this (adjtime(3)), or by setting it. */
const SET_MS = 2_000

/**
 * By how much the wall clock was set since the last call, in milliseconds; 0: it was not, or so little that nobody minds.
 * A router without a battery begins in the past, and its clock is set once NTP has an answer, which may be days ahead.
 */
export function createClockGuard(wallMs = () => Date.now(), monotonicMs = () => performance.now()): () => number {
  let aheadMs = wallMs() - monotonicMs()
  return () => {
    const now = wallMs() - monotonicMs()
    const setByMs = now - aheadMs
    if (Math.abs(setByMs) < SET_MS) return 0
    aheadMs = now
    return setByMs
  }
}
