import {
  combineLatest,
  interval,
  lastValueFrom,
  scan,
  startWith,
  takeUntil,
  tap,
  withLatestFrom,
  type Observable,
} from "rxjs"
import type { CommandModule } from "yargs"
import { openScreen, type Screen } from "./format.ts"
import { withJson, type Options, type PrintOptions } from "./options.ts"
import { untilInterrupted } from "./redraw.ts"
import { glyphsFor } from "./watch/glyphs.ts"
import { begun, see, type Live } from "./watch/live.ts"
import { looks, statusNow } from "./watch/looks.ts"
import { screenText, type Size } from "./watch/screen-text.ts"
import { measuredOf, type Split } from "./watch/split.ts"
import { openTerminal } from "./watch/terminal.ts"

export const watch: CommandModule<Options, PrintOptions> = {
  command: "watch",
  describe: "status, live, with the measured split of flows; q quits",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const screen = openScreen()
    // A wrong configuration, or an agent that may not be asked, is said before the terminal is taken.
    const first = begun(await statusNow(file))
    const live$ = looks(file).pipe(scan(see, first), startWith(first))
    if (canBeDrawnOn() && !json) await onTerminal(live$, screen)
    else await lineByLine(live$, json ? live => JSON.stringify(documentOf(live)) : textFor(screen), screen)
  },
}

const EVERY_MS = 1_000

/** A dumb terminal (terminfo(5)) moves no cursor. */
function canBeDrawnOn(): boolean {
  return process.stdout.isTTY && process.env["TERM"] !== "dumb"
}

async function onTerminal(live$: Observable<Live>, screen: Screen): Promise<void> {
  const terminal = openTerminal(process.stdout, process.stdin)
  try {
    const text = textIn(screen, terminal.size)
    const frames$ = combineLatest([live$, terminal.resized$.pipe(startWith(null))]).pipe(
      tap(([live]) => {
        terminal.draw(text(live))
      }),
    )
    await lastValueFrom(frames$.pipe(takeUntil(terminal.left$)), { defaultValue: null })
  } finally {
    terminal.close()
  }
}

/** No terminal: one after the other, once a second. */
async function lineByLine(live$: Observable<Live>, text: (live: Live) => string, { print }: Screen): Promise<void> {
  const printed$ = interval(EVERY_MS).pipe(
    withLatestFrom(live$),
    tap(([, live]) => {
      print(text(live))
    }),
  )
  await lastValueFrom(printed$.pipe(takeUntil(untilInterrupted())), { defaultValue: null })
}

function textIn({ colors }: Screen, size: () => Size): (live: Live) => readonly string[] {
  const glyphs = glyphsFor(process.env)
  return live => screenText(live, size(), { paint: colors, glyphs, nowMs: Date.now() })
}

function textFor(screen: Screen): (live: Live) => string {
  const text = textIn(screen, () => ({ columns: Infinity, rows: Infinity }))
  return live => `${text(live).join("\n")}\n`
}

/**
 * What `--json` prints in each line: `status --json`, with what `flows --json` says of links, and of each link the measured
 * part of new flows and their rate. Null: not measured, and `flowsTrouble` says why.
 */
function documentOf({ status, trouble, splits, flowsTrouble }: Live) {
  const { ipv4, ipv6 } = splits
  return { ...status, trouble, flows: { ipv4: flowsIn(ipv4), ipv6: flowsIn(ipv6) }, flowsTrouble }
}

function flowsIn(split: Split | null) {
  if (split?.last == null) return null
  const { flows } = split.last
  return { ...flows, links: flows.links.map(link => ({ ...link, measured: measuredOf(split, link.name) })) }
}
