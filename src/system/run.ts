import { createInterface } from "node:readline"
import { execa, type Options } from "execa"
import { Observable } from "rxjs"
import { handedOn } from "./handed-on.ts"
import { RunError } from "./run-error.ts"

export interface RunOptions {
  /** Written to the program's standard input; without it, standard input is empty. */
  readonly input?: string
  /** Default 10 000: no tool of the router's takes that long unless it hangs. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** For output that is long and of no use; `stdout` is then empty. */
  readonly discardStdout?: boolean
  /** Beside `PATH`, `HOME` and `TZ`, which are this process's; nothing else of its environment is handed on. */
  readonly env?: Readonly<Record<string, string>>
}

export interface RunResult {
  readonly stdout: string
  readonly stderr: string
  /** Always 0: anything else is thrown. */
  readonly exitCode: number
}

/** LC_ALL=C keeps messages in the one language that callers can recognise. No shell: arguments are never parsed again. */
function settings({ input, timeoutMs, signal, env }: RunOptions) {
  return {
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    env: { ...handedOn(), ...env, LC_ALL: "C" },
    extendEnv: false,
    cleanup: true,
    forceKillAfterDelay: 1_000,
    stripFinalNewline: false,
    reject: false,
  } satisfies Options
}

/**
 * Runs a program to its end.
 * @throws RunError on a non-zero exit, a signal, a timeout, an abort, or when the program cannot be started.
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const stdout = options.discardStdout === true ? "ignore" : "pipe"
  const result = await execa(file, args, { ...settings({ timeoutMs: 10_000, ...options }), stdout })
  if (result.failed) throw new RunError(file, args, result)
  return { stdout: result.stdout ?? "", stderr: result.stderr, exitCode: 0 }
}

/**
 * Runs a program and emits its standard output line by line. Unsubscribing ends the program. A clean exit completes;
 * anything else is an error notification with a RunError. There is no time limit unless `timeoutMs` is given.
 */
export function spawnLines(file: string, args: readonly string[], options: RunOptions = {}): Observable<string> {
  return new Observable(subscriber => {
    const child = execa(file, args, { ...settings(options), buffer: { stdout: false } })
    const ended = new Promise(resolve => {
      createInterface({ input: child.stdout })
        .on("line", line => {
          subscriber.next(line)
        })
        .on("close", resolve)
    })
    void Promise.all([child, ended]).then(([result]) => {
      if (result.failed) subscriber.error(new RunError(file, args, result))
      else subscriber.complete()
    })
    return () => child.kill()
  })
}

/** Runs a program on this process's own terminal. Returns its exit code. */
export async function runInherit(file: string, args: readonly string[]): Promise<number> {
  const result = await execa(file, args, { stdio: "inherit", cleanup: true, reject: false })
  if (result.exitCode === undefined) throw new RunError(file, args, result)
  return result.exitCode
}
