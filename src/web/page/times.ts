import { el, setText } from "./dom.ts"
import { ago, clock } from "./words.ts"

/** `3 min ago`, kept right by `keepTimes`; the exact time is its title. */
export function timeAgo(timeMs: number): HTMLTimeElement {
  const time = el("time", { "data-ago": "" })
  setTime(time, timeMs)
  return time
}

export function setTime(time: HTMLTimeElement, timeMs: number): void {
  const exact = new Date(timeMs).toISOString()
  if (time.dateTime !== exact) {
    time.dateTime = exact
    time.title = clock(timeMs)
  }
  setText(time, ago(timeMs, Date.now()))
}

/** Once a second, those that read differently now. */
export function keepTimes(): void {
  setInterval(() => {
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-ago]"))
      setText(time, ago(Date.parse(time.dateTime), Date.now()))
  }, 1000)
}
