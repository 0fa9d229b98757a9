import { setTimeout as sleep } from "node:timers/promises"
import { parentPort, workerData } from "node:worker_threads"
import { runAlerts } from "../alerts/alerts.ts"
import { createHeard, withHeard } from "../alerts/heard.ts"
import { lockAlerts } from "../alerts/lock.ts"
import { alertTools } from "./alert-tools.ts"
import type { AlertsJob, AlertParcel, AlertWord } from "./alerter.ts"
import { giveBackSpareMemory } from "./give-back.ts"

/** The program of the thread that alerts: see `alerter.ts`. */

giveBackSpareMemory()

const LOOK_MS = 250
/** A thread of before a reload ends sooner. */
const PATIENCE_MS = 5_000

const { stateDir, ...errand } = workerData as AlertsJob
const end = new AbortController()
const heard = createHeard()
parentPort?.on("message", (parcel: AlertParcel) => {
  if (parcel === "end") end.abort()
  else heard.hear(parcel)
})

function say(word: AlertWord): void {
  parentPort?.postMessage(word)
}

function warn(text: string): void {
  say({ kind: "warning", text })
}

/** Null: it is to end. */
async function turn(): Promise<{ readonly release: () => void } | null> {
  for (let waitedMs = 0; !end.signal.aborted; waitedMs += LOOK_MS) {
    const lock = await lockAlerts(stateDir)
    if (lock !== null) return lock
    if (waitedMs === PATIENCE_MS) warn("another process sends the alerts (evenkeel alerts run); waiting for it to end")
    await sleep(LOOK_MS)
  }
  return null
}

const lock = await turn()
if (lock !== null) {
  const tell = (event: Extract<AlertWord, { kind: "event" }>["event"]) => {
    say({ kind: "event", event })
  }
  const tools = alertTools(stateDir, stateDir, { tell, warn })
  await runAlerts(errand, { ...tools, journal: withHeard(tools.journal, heard) }, end.signal)
  lock.release()
}
parentPort?.close()
