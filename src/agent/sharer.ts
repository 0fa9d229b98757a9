import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { setFlagsFromString } from "node:v8"
import { Worker } from "node:worker_threads"
import { Observable } from "rxjs"
import type { ShareConfig } from "../core/share-config.ts"
import type { JournalEvent } from "../core/events.ts"
import type { Interest } from "../core/rumours.ts"
import { persistently } from "../share/persistently.ts"
import type { StateRecord } from "../share/wire.ts"
import type { Told } from "./hearsay.ts"

/** What the agent hands to the thread that shares, once; it can be copied into another thread. */
export interface Errand {
  readonly share: PlainShare
  readonly router: string
  readonly site: string
  readonly run: string
  readonly stateDir: string
}

/** Settings with their secrets in plain text. */
interface PlainShare extends Omit<ShareConfig, "login"> {
  readonly login: Omit<ShareConfig["login"], "password" | "sentinelPassword"> & {
    readonly password: string | null
    readonly sentinelPassword: string | null
  }
}

/** And what it hands over as it comes. */
export type Parcel =
  | { readonly kind: "event"; readonly event: JournalEvent }
  | { readonly kind: "record"; readonly record: StateRecord }
  | { readonly kind: "interest"; readonly interest: Interest }
  /** For all that is known of other routers. */
  | { readonly kind: "ask" }

const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))
const PROGRAM = join(root, "dist/src/agent/sharer-thread.js")
/** Enough for thousands of routers. Whatever fills more ends the thread, and not the agent. */
const MEMORY = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 6 }

/**
 * Shares in a thread of its own, for ever. Everything that Redis may send is taken in there: it costs the agent's own
 * thread no time, and what ends that thread (a reply that is no good protocol, memory that it fills) is one more failure
 * of Redis. Never errors.
 */
export function sharer(errand: Errand, parcel$: Observable<Parcel>): Observable<Told> {
  return persistently(inThread(errand, parcel$), error => [
    { kind: "state", state: { works: { writing: false, reading: false }, error, publishedSeq: null } },
    { kind: "forgotten" },
  ])
}

function inThread(errand: Errand, parcel$: Observable<Parcel>): Observable<Told> {
  return new Observable(subscriber => {
    // Flags are the process's. Where hundreds of routers share, there are thousands of messages a second.
    setFlagsFromString("--opt")
    // What the client prints has been told by then, and better.
    const thread = new Worker(PROGRAM, { workerData: errand, resourceLimits: MEMORY, stdout: true, stderr: true })
    thread.on("message", (told: Told) => {
      subscriber.next(told)
    })
    thread.on("error", (error: unknown) => {
      const what = error instanceof Error ? error.message : String(error)
      subscriber.error(new Error(`the thread that reads what Redis sends ended: ${what}`))
    })
    thread.on("exit", () => {
      subscriber.error(new Error("the thread that shares has ended"))
    })
    subscriber.add(
      parcel$.subscribe(parcel => {
        thread.postMessage(parcel)
      }),
    )
    subscriber.add(() => void thread.terminate())
  })
}

/** Settings as they can be handed to a thread. */
export function plain({ login, ...same }: ShareConfig): PlainShare {
  const { password, sentinelPassword } = login
  return {
    ...same,
    login: { ...login, password: password?.() ?? null, sentinelPassword: sentinelPassword?.() ?? null },
  }
}

/** The same settings, in the thread. */
export function veiled({ login, ...same }: PlainShare): ShareConfig {
  const veil = (text: string | null) => (text === null ? null : () => text)
  return {
    ...same,
    login: { ...login, password: veil(login.password), sentinelPassword: veil(login.sentinelPassword) },
  }
}
