import { exhaustMap, from, fromEvent, lastValueFrom, merge, takeUntil, tap, timer, type Observable } from "rxjs"
import type { Screen } from "./format.ts"

const EVERY_MS = 2_000

/** Shows something again and again until `end$`: in the same place on a terminal, one below the other elsewhere. */
export async function redraw(screen: Screen, end$: Observable<unknown>, draw: () => Promise<string>): Promise<void> {
  const shown$ = timer(EVERY_MS, EVERY_MS).pipe(
    exhaustMap(() => from(draw())),
    tap(text => {
      screen.print(screen.width === Infinity ? text : `${HOME}${text}`)
    }),
    takeUntil(end$),
  )
  await lastValueFrom(shown$, { defaultValue: null })
}

/** Up to the left corner, and all below it is cleared (ECMA-48, CUP and ED). */
const HOME = "\u001b[H\u001b[2J"

/** Ctrl-C is how one ends it: no failure. */
export function untilInterrupted(): Observable<unknown> {
  return merge(fromEvent(process, "SIGINT"), fromEvent(process, "SIGTERM"))
}
