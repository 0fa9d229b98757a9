import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { parentPort, workerData } from "node:worker_threads"
import { Subject } from "rxjs"
import { readJournal } from "../journal/read.ts"
import { version } from "../version.ts"
import { readAssets } from "../web/assets.ts"
import { createLive } from "../web/live.ts"
import { listenPatiently } from "../web/listen.ts"
import type { News, Source } from "../web/source.ts"
import { createQuestions } from "./questions.ts"
import { giveBackSpareMemory } from "./give-back.ts"
import type { WebErrand, WebParcel, WebTold } from "./web-messages.ts"

/** The program of the thread that serves the page: see `web.ts`. */

giveBackSpareMemory()

const { stateDir, ...settings } = workerData as WebErrand
const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))
const news$ = new Subject<News>()
const tell = (told: WebTold) => parentPort?.postMessage(told)
const questions = createQuestions(tell)

parentPort?.on("message", (parcel: WebParcel) => {
  if (parcel.kind === "event" || parcel.kind === "pulse") news$.next(parcel)
  else questions.settle(parcel)
})

const warn = (text: string) => {
  tell({ kind: "trouble", text: `the page: ${text}` })
}
const source: Source = {
  ask: questions.ask,
  obey: questions.obey,
  journal: seq => readJournal(stateDir, { sinceSeq: seq }),
  news$,
  warn,
}
// Before anything is waited for: what the agent has told already counts.
const live = createLive(source, version)
const assets = await readAssets(join(root, "dist/src/web/page"))
const { host, port } = settings.listen
const place = `http://${host.includes(":") ? `[${host}]` : host}:${port}/`

await listenPatiently({ ...settings, assets, version }, source, live)
tell({ kind: "listening", place })
