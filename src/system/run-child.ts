import { createInterface } from "node:readline"
import type { Readable } from "node:stream"
import { execa } from "execa"
import { Observable, ReplaySubject } from "rxjs"
import { RunError } from "./run-error.ts"

/** How a program ended: `exitCode` is null when `signal` ended it. */
export interface ChildExit {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stderr: string
}

/** A program that runs beside this one, and that its starter may talk to and signal. */
export interface Child {
  readonly pid: number
  /** Every line of standard output from the first on, also for a late subscriber; completes at the end of output. */
  readonly lines$: Observable<string>
  /** Never rejects: for a long-running program any end is news, not an error. */
  readonly exited: Promise<ChildExit>
  readonly kill: (signal?: NodeJS.Signals) => void
  /** Writes one line to its standard input. */
  readonly tell: (line: string) => void
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>
}

function linesOf(input: Readable): Observable<string> {
  return new Observable(subscriber => {
    createInterface({ input })
      .on("line", line => {
        subscriber.next(line)
      })
      .on("close", () => {
        subscriber.complete()
      })
  })
}

/**
 * Starts a program and returns at once. It is ended together with this process.
 * @throws RunError when it cannot be started.
 */
export async function startChild(file: string, args: readonly string[], options: ChildOptions = {}): Promise<Child> {
  const child = execa(file, args, { ...options, buffer: { stdout: false }, reject: false, stdin: "pipe" })
  // A program that ends while it is being told something is reported by `exited`, not by EPIPE here.
  child.stdin.on("error", () => undefined)
  const lines = new ReplaySubject<string>(Infinity)
  linesOf(child.stdout).subscribe(lines)
  if (child.pid === undefined) throw new RunError(file, args, await child)
  return {
    pid: child.pid,
    lines$: lines.asObservable(),
    exited: child.then(end => ({
      exitCode: end.exitCode ?? null,
      signal: end.signal ?? null,
      stderr: end.stderr,
    })),
    kill: signal => void child.kill(signal),
    tell: line => void child.stdin.write(`${line}\n`),
  }
}
