/** RFC 3339 UTC of a monotonic time: counted back from now, so that a clock that was set since does no harm. */
export function wallTime(ms: number): string {
  return new Date(Date.now() - (performance.now() - ms)).toISOString()
}

/** The other way, for what an earlier agent wrote down. Nothing was written in the future, whatever the clock says. */
export function monotonicTime(time: string): number {
  return performance.now() - Math.max(0, Date.now() - Date.parse(time))
}
