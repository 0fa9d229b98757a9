import { setTimeout as sleep } from "node:timers/promises"
import { bufferTime, filter, firstValueFrom, ignoreElements, merge, skip, Subject, takeUntil, tap } from "rxjs"
import type { JournalEvent } from "../../core/events.ts"
import { labConfig, startAgent, type LabAgent } from "../../lab/agent.ts"
import { monotonicMs } from "../../lab/clock.ts"
import type { Lab } from "../../lab/lab.ts"
import { timed, type Timed } from "../../lab/timed.ts"
import type { Attempt, HoldEvent } from "../../lab/traffic/report.ts"
import { startClient, startServer } from "../../lab/users.ts"
import type { Screen } from "../format.ts"
import { eventLine, sceneLine, secondLine } from "./lines.ts"
import { find, type Finding, type Played } from "./record.ts"
import { scenes, UP_AFTER_SECONDS, type Scene } from "./scenes.ts"

/** New connections of the client, a second. */
const RATE = 50
const LONG_FLOWS = 20

/** Plays every scene in the lab with the real agent and real clients, tells what happens live, and returns what it came to. */
export async function play(lab: Lab, screen: Screen): Promise<readonly Finding[]> {
  await startServer(lab)
  const agent = await startAgent(lab, labConfig(lab, { top: { health: { upAfter: `${UP_AFTER_SECONDS}s` } } }))
  await isReady(agent)
  const connects = await startClient(lab, "connects", { rate: RATE })
  const hold = await startClient(lab, "hold", { count: LONG_FLOWS })
  const startMs = monotonicMs()
  const second = () => (monotonicMs() - startMs) / 1000
  const attempts: Attempt[] = []
  const holds: HoldEvent[] = []
  const events: Timed[] = []
  const over$ = new Subject<void>()
  const shown = merge(
    connects.reports$.pipe(
      tap(attempt => attempts.push(attempt)),
      bufferTime(1000),
      tap(done => {
        screen.print(secondLine(screen, second(), done, lab.linkOf))
      }),
    ),
    hold.reports$.pipe(tap(event => holds.push(event))),
    agent.events$.pipe(
      tap(event => {
        events.push(timed(event))
        const line = eventLine(screen, second(), event)
        if (line !== null) screen.print(line)
      }),
    ),
  )
  const audience = firstValueFrom(shown.pipe(ignoreElements(), takeUntil(over$)), { defaultValue: null })
  const played: Played[] = []
  for (const scene of scenes) played.push(await playScene(lab, screen, scene, second))
  over$.next()
  await audience
  return played.map(each => find({ attempts, holds, events }, each, lab.linkOf))
}

/** Both links have answered. */
async function isReady({ events$ }: LabAgent): Promise<void> {
  const isUp = (event: JournalEvent) => event.type === "link.state" && event.to === "up"
  await firstValueFrom(events$.pipe(filter(isUp), skip(1)))
}

async function playScene(lab: Lab, screen: Screen, scene: Scene, second: () => number): Promise<Played> {
  screen.print(sceneLine(screen, second(), scene.title))
  const nowMs = monotonicMs()
  const fault = (await scene.act?.(lab)) ?? { askedMs: nowMs, doneMs: nowMs }
  await sleep(scene.seconds * 1000)
  return { scene, fault, endMs: monotonicMs() }
}
