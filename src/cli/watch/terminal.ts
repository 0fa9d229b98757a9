import { writeSync } from "node:fs"
import type { ReadStream, WriteStream } from "node:tty"
import { filter, fromEvent, map, merge, share, type Observable } from "rxjs"
import { transition, type Frame } from "./frame.ts"
import type { Size } from "./screen-text.ts"

/** A terminal that is taken over as a whole, and given back as it was. */
export interface Terminal {
  readonly size: () => Size
  readonly resized$: Observable<unknown>
  /** Somebody wants to leave: q, Ctrl-C, Ctrl-D, or a signal. */
  readonly left$: Observable<unknown>
  /** Writes what differs from the last frame, at once. */
  readonly draw: (lines: readonly string[]) => void
  readonly close: () => void
}

/** xterm's private modes: another screen, whose end brings back what was there; no cursor; no wrapping at the edge. */
const TAKE = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J"
const GIVE_BACK = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l"

/** Of a terminal that does not say: the least that one has. */
const USUAL: Size = { columns: 80, rows: 24 }

const STDOUT = 1
/** The last two: Ctrl-C and Ctrl-D, which are keys like any other in raw mode. */
const LEAVING_KEYS = ["q", "Q", "\u0003", "\u0004"]

const LEAVING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** `out`: standard output. `input`: where keys come from, when it is a terminal, too. */
export function openTerminal(out: WriteStream, input: ReadStream): Terminal {
  let shown: Frame | null = null
  const hasKeys = input.isTTY
  const resized$ = fromEvent(out, "resize").pipe(share())
  const signals = LEAVING_SIGNALS.map(name => fromEvent(process, name))
  const keys$ = fromEvent(input, "data").pipe(
    map(String),
    filter(keys => LEAVING_KEYS.some(key => keys.includes(key))),
  )
  const size = () => ({ columns: out.columns || USUAL.columns, rows: out.rows || USUAL.rows })
  const close = once(() => {
    if (hasKeys) {
      input.setRawMode(false)
      input.pause()
    }
    giveBack()
  })
  // With its last listener gone a signal would be deadly again, while the terminal is still to be given back.
  for (const name of LEAVING_SIGNALS) process.on(name, () => undefined)
  out.write(TAKE)
  if (hasKeys) input.setRawMode(true).resume()
  // Whatever ends this process, its last words belong on the screen that it found.
  process.once("uncaughtExceptionMonitor", close)
  process.once("exit", close)
  return {
    size,
    resized$,
    left$: merge(...signals, ...(hasKeys ? [keys$] : [])),
    draw: lines => {
      const frame = { lines, ...size() }
      const change = transition(shown, frame)
      shown = frame
      if (change !== "") out.write(change)
    },
    close,
  }
}

/** Written at once, as the process may be at its end. A terminal that is gone needs nothing back. */
function giveBack(): void {
  try {
    writeSync(STDOUT, GIVE_BACK)
  } catch {
    return
  }
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    action()
  }
}
