#!/usr/bin/env node
import { pino } from "pino"
import { config as rxjs, fromEvent, lastValueFrom, map, merge, shareReplay, type Observable } from "rxjs"
import { agent } from "./agent/agent.ts"
import { cli } from "./cli/cli.ts"
import { exitCodeOf, messageOf } from "./cli/failure.ts"
import type { StartAgent } from "./cli/run.ts"

/** Composition root: signals, the one long-lived subscription, exit codes. */

/** Asynchronous: a log that nobody reads must not hold up failing over. */
const log = pino({ base: null }, pino.destination({ dest: 1, sync: false }))

/** A stop takes at most 2 s, whatever hangs; rules that are in force need nobody. */
const LAST_MOMENT_MS = 1_900

rxjs.onUnhandledError = error => {
  log.fatal(error)
  log.flush()
  process.exit(1)
}

const stopSignals = ["SIGTERM", "SIGINT"] as const

/** The listener stays: with none, a library's exit hook would end the process by the same signal at once. */
function received(name: NodeJS.Signals): Observable<NodeJS.Signals> {
  return fromEvent(process, name).pipe(map(() => name))
}

const startAgent: StartAgent = async (file, config) => {
  log.level = config.log.level
  const stop$ = merge(...stopSignals.map(received)).pipe(shareReplay({ bufferSize: 1, refCount: false }))
  stop$.subscribe(() => setTimeout(() => process.exit(0), LAST_MOMENT_MS).unref())
  const reload$ = fromEvent(process, "SIGHUP")
  await lastValueFrom(agent(file, config, { stop$, reload$ }, log), { defaultValue: undefined })
}

try {
  await cli(process.argv.slice(2), startAgent).parseAsync()
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = exitCodeOf(error)
}
