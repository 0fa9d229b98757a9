#!/usr/bin/env node
import { setTimeout as sleep } from "node:timers/promises"
import { isatty } from "node:tty"
import { setFlagsFromString } from "node:v8"
import { pino } from "pino"
import { config as rxjs, fromEvent, lastValueFrom, map, merge, shareReplay, type Observable } from "rxjs"
import { agent } from "./agent/agent.ts"
import { cli } from "./cli/cli.ts"
import { exitCodeOf, messageOf } from "./cli/failure.ts"
import { openScreen } from "./cli/format.ts"
import { logLine } from "./cli/log-line.ts"
import type { StartAgent } from "./cli/run.ts"
import type { Config } from "./core/config.ts"
import { openLog, type LogFile } from "./log.ts"

/** Composition root: signals, the one long-lived subscription, exit codes. */

const logFile = openLog(1)
const log = pino({ base: null }, isatty(1) ? forPeople(logFile) : logFile)

/** On a terminal, lines that can be read; elsewhere JSON, for programs. */
function forPeople(file: LogFile): Pick<LogFile, "write"> {
  const { colors } = openScreen()
  return {
    write: json => {
      file.write(`${logLine(json, colors)}\n`)
    },
  }
}

/** A stop takes at most 2 s, whatever hangs; rules that are in force need nobody. */
const LAST_MOMENT_MS = 1_800
/** A log that takes longer than this is blocked, and its writer with it: not even process.exit would end the process. */
const LAST_WORDS_MS = 200

rxjs.onUnhandledError = error => {
  log.fatal(error)
  void lastWords().then(() => process.exit(1))
}

/** The first of a kind is not missed while the agent is still starting. Listening begins at once and never ends. */
function received(...names: readonly NodeJS.Signals[]): Observable<NodeJS.Signals> {
  const signals$ = merge(...names.map(name => fromEvent(process, name).pipe(map(() => name))))
  const replayed$ = signals$.pipe(shareReplay({ bufferSize: 1, refCount: false }))
  replayed$.subscribe()
  return replayed$
}

async function lastWords(): Promise<void> {
  const isBlocked = await Promise.race([logFile.flush().then(() => false), sleep(LAST_WORDS_MS, true, { ref: false })])
  if (isBlocked) process.kill(process.pid, "SIGKILL")
}

/** Between 4 a second, where optimizing costs more than it saves, and 128, where it saves a third (docs/decisions.md). */
const MANY_PROBES = 40

function probesASecond({ links, health }: Config): number {
  return (1000 * links.length) / health.intervalMs
}

const startAgent: StartAgent = async beginning => {
  const { config } = beginning
  // Few answers a second: for minutes V8's optimizing threads cost more than they save, and their memory is kept.
  if (probesASecond(config) < MANY_PROBES) setFlagsFromString("--no-opt")
  // Whatever comes in bursts (a flood of messages, a long start) would grow the young generation to 32 MB, and keep it.
  setFlagsFromString("--semi-space-growth-factor=1")
  // And 2 MB are cleared sooner by one thread than by five that have to be woken.
  setFlagsFromString("--no-parallel-scavenge")
  log.level = config.log.level
  const stop$ = received("SIGTERM", "SIGINT")
  stop$.subscribe(() => setTimeout(() => process.kill(process.pid, "SIGKILL"), LAST_MOMENT_MS).unref())
  try {
    await lastValueFrom(agent(beginning, { stop$, reload$: received("SIGHUP") }, log), { defaultValue: undefined })
  } finally {
    // Who does not steer any more must not look alive to whoever would start it again.
    setTimeout(() => process.exit(), LAST_MOMENT_MS).unref()
    await lastWords()
  }
}

try {
  await cli(process.argv.slice(2), startAgent).parseAsync()
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = exitCodeOf(error)
}
