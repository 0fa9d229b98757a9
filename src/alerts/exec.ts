import type { Exec } from "../core/alerts/config.ts"
import type { Message } from "../core/alerts/incident.ts"
import { failed, type Verdict } from "./verdict.ts"
import { orAbort, within } from "./within.ts"

/** As `run` in src/system/run.ts. @throws Error with `exitCode` and `code` where the program does not end well. */
export type Run = (
  file: string,
  args: readonly string[],
  options: {
    readonly input: string
    readonly timeoutMs: number
    readonly signal: AbortSignal
    readonly env: Readonly<Record<string, string>>
  },
) => Promise<{ readonly stdout: string }>

/** Exit codes of a program that is there and cannot be run, and of one that is not there (POSIX, 2.8.2). */
const UNUSABLE = [126, 127]

/** A program that is ended at its time limit may leave children that keep its output open, and it would be waited for them. */
const GRACE_MS = 250

/** Gives a program the line of the journal, and the rest of the message in its environment. */
export async function execute(
  { command, timeoutMs }: Exec,
  message: Message,
  run: Run,
  signal: AbortSignal,
): Promise<Verdict> {
  const [file = "", ...args] = command
  const input = `${JSON.stringify(message.event)}\n`
  try {
    const ended = (signal: AbortSignal) =>
      orAbort(run(file, args, { input, timeoutMs, signal, env: environment(message) }), signal, heldOpen(file))
    const { stdout } = await within(timeoutMs + GRACE_MS, [signal], ended)
    return { ok: true, said: `exit code 0${stdout.trim() === "" ? "" : `: ${stdout}`}` }
  } catch (error) {
    const { exitCode, code } = error as { readonly exitCode?: number | null; readonly code?: string | null }
    const isRefused = code === "ENOENT" || code === "EACCES" || UNUSABLE.includes(exitCode ?? 0)
    return failed(error instanceof Error ? error.message : String(error), isRefused)
  }
}

function heldOpen(file: string): string {
  return `${file} was ended, and something that it started holds its output open`
}

const NAMED = [
  "id",
  "key",
  "kind",
  "alert",
  "condition",
  "severity",
  "router",
  "site",
  "link",
  "family",
  "peer",
] as const
const TOLD = ["title", "happened", "means", "evidence", "next", "time", "since", "until"] as const

function environment(message: Message): Readonly<Record<string, string>> {
  return Object.fromEntries([...NAMED, ...TOLD].map(name => [`EVENKEEL_${name.toUpperCase()}`, message[name] ?? ""]))
}
