import { debounceTime, filter, lastValueFrom, map, merge, scan, share, takeUntil, tap, type Observable } from "rxjs"
import type { Config } from "../../core/config.ts"
import { NO_JOURNEYS, travel, type Journeys } from "../../core/debug/journey.ts"
import { parseTrace } from "../../core/debug/read-trace.ts"
import { tracedPackets } from "../../system/listen.ts"
import type { Screen } from "../format.ts"
import { stageText } from "./stage-text.ts"

export interface Following {
  readonly screen: Screen
  readonly config: Config
  readonly chain: string
  readonly packets: number
  readonly end$: Observable<void>
  readonly json: boolean
}

/** A packet goes through the router within milliseconds; after so much silence it is through. */
const THROUGH_MS = 700

/** Prints what the packets meet, as it happens, until so many are through, or the end. */
export function followPackets({ screen, config: { links }, chain, packets, end$, json }: Following): Promise<Journeys> {
  const journeys$ = tracedPackets().pipe(
    map(parseTrace),
    filter(line => line !== null),
    scan(travel(chain), NO_JOURNEYS),
    tap(({ news }) => {
      for (const stage of news) screen.print(json ? JSON.stringify(stage) : stageText(stage, links, screen.colors))
    }),
    share(),
  )
  const isThrough$ = journeys$.pipe(
    filter(journeys => journeys.packets.length >= packets),
    debounceTime(THROUGH_MS),
  )
  return lastValueFrom(journeys$.pipe(takeUntil(merge(end$, isThrough$))), { defaultValue: NO_JOURNEYS })
}

/** Legacy tells nobody but the kernel log, which a person has to read (iptables-extensions(8), TRACE). */
export async function leaveToKernelLog({ screen, end$ }: Following): Promise<null> {
  screen.warn("This router uses legacy iptables, which traces to the kernel log: dmesg -w | grep TRACE:")
  await lastValueFrom(end$)
  return null
}
