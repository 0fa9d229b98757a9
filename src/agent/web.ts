import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Worker } from "node:worker_threads"
import { distinctUntilChanged, ignoreElements, map, merge, Observable, of, switchMap, timer } from "rxjs"
import type { Agent } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { persistently } from "../share/persistently.ts"
import type { Desk } from "./desk.ts"
import { seldom } from "./seldom.ts"
import type { WebErrand, WebParcel, WebTold } from "./web-messages.ts"

const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))
const PROGRAM = join(root, "dist/src/agent/web-thread.js")
/** Whatever fills more ends the thread, and not the agent. */
const MEMORY = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 6 }
const PULSE_MS = 1_000

type Serving = Pick<Desk, "told$" | "journal" | "tallies" | "log">

/**
 * Serves the page, the API and the metrics by one configuration after another, in a thread of its own: whatever clients
 * do costs the agent's own thread no time, but for what is asked of `agent`, which is bounded. Nothing is started where
 * no `web` is configured. Never errors.
 */
export function web(desk: Serving, config$: Observable<Config>, agent: Agent): Observable<never> {
  const isWorthALine = seldom({ most: 20, everyMs: 3_600_000 })
  return config$.pipe(
    map(errandOf),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    switchMap(errand => (errand === null ? of() : served(errand, desk, agent))),
    map(told => {
      if (told.kind === "listening") desk.log.info(`the page is at ${told.place}`)
      if (told.kind === "trouble" && isWorthALine(told.text)) desk.log.warn(told.text)
    }),
    ignoreElements(),
  )
}

function errandOf({ web, stateDir }: Config): WebErrand | null {
  return web && { ...web, token: web.token?.() ?? null, stateDir }
}

function served(errand: WebErrand, desk: Serving, agent: Agent): Observable<WebTold> {
  return persistently(inThread(errand, news(desk), agent), error => [
    { kind: "trouble", text: `the page and the API do not work for a moment: ${error}` },
  ])
}

function news({ told$, journal, tallies }: Serving): Observable<WebParcel> {
  const pulse = (): WebParcel => ({
    kind: "pulse",
    tallies: tallies.take(),
    journal: { lastSeq: journal.lastSeq, unwritten: journal.unwritten },
  })
  return merge(told$.pipe(map(event => ({ kind: "event", event }) as const)), timer(0, PULSE_MS).pipe(map(pulse)))
}

function inThread(errand: WebErrand, parcel$: Observable<WebParcel>, agent: Agent): Observable<WebTold> {
  return new Observable(subscriber => {
    const thread = new Worker(PROGRAM, { workerData: errand, resourceLimits: MEMORY, stdout: true, stderr: true })
    const hand = (parcel: WebParcel) => {
      thread.postMessage(parcel)
    }
    thread.on("message", (told: WebTold) => {
      if (told.kind === "ask") void answered(told, agent).then(hand)
      else if (told.kind === "order") void obeyed(told, agent).then(hand)
      else subscriber.next(told)
    })
    thread.on("error", (error: unknown) => {
      subscriber.error(new Error(`its thread ended: ${error instanceof Error ? error.message : String(error)}`))
    })
    thread.on("exit", () => {
      subscriber.error(new Error("its thread has ended"))
    })
    subscriber.add(parcel$.subscribe(hand))
    subscriber.add(() => void thread.terminate())
  })
}

type Asking = Extract<WebTold, { readonly kind: "ask" }>
type Ordering = Extract<WebTold, { readonly kind: "order" }>

async function answered({ id, path }: Asking, agent: Agent): Promise<WebParcel> {
  const found = await agent.answer(path)
  return { kind: "answer", id, json: found === undefined ? null : JSON.stringify(found) }
}

async function obeyed({ id, order }: Ordering, agent: Agent): Promise<WebParcel> {
  return { kind: "obeyed", id, obeyed: await agent.obey(order) }
}
