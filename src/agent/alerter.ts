import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { Worker } from "node:worker_threads"
import { Observable } from "rxjs"
import type { AlertsErrand } from "../alerts/alerts.ts"
import type { Hearing } from "../alerts/heard.ts"
import type { EventDraft } from "../core/events.ts"

/** What the agent hands to the thread that alerts. */
export interface AlertsJob extends AlertsErrand {
  readonly stateDir: string
}

/** And what it hands over as it comes. */
export type AlertParcel = Hearing | "end"

/** What it hears from there. */
export type AlertWord =
  { readonly kind: "event"; readonly event: EventDraft } | { readonly kind: "warning"; readonly text: string }

const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))
const PROGRAM = join(root, "dist/src/agent/alerter-thread.js")
const MEMORY = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 6 }
/** To write down what has just been delivered. */
const LAST_WORDS_MS = 1_000

/**
 * Alerts in a thread of its own: it reads the journal from disk, and what the disk does not take from `hearing$`, and sends by itself. So whatever a receiver does, or a
 * name server that does not answer, takes none of the agent's time. Errors when the thread ends; what is still to be
 * said is on disk.
 */
export function alerter(job: AlertsJob, hearing$: Observable<Hearing>): Observable<AlertWord> {
  return new Observable(subscriber => {
    const thread = new Worker(PROGRAM, { workerData: job, resourceLimits: MEMORY, stdout: true, stderr: true })
    thread.on("message", (word: AlertWord) => {
      subscriber.next(word)
    })
    thread.on("error", error => {
      subscriber.error(error)
    })
    thread.on("exit", () => {
      subscriber.error(new Error("it ended by itself"))
    })
    const hand = (parcel: AlertParcel) => {
      thread.postMessage(parcel)
    }
    subscriber.add(hearing$.subscribe(hand))
    subscriber.add(() => {
      hand("end")
      setTimeout(() => void thread.terminate(), LAST_WORDS_MS).unref()
    })
  })
}
