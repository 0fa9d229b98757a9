import { formatProblems, type Problem } from "../config/problems.ts"

/** A command that could not be done. The message is for a person and says what to do next. */
export class Failure extends Error {
  override readonly name: string = "Failure"
  readonly exitCode: number = 1
}

/** The configuration is wrong; nothing was touched. */
export class BadConfig extends Failure {
  override readonly name = "BadConfig"
  override readonly exitCode = 2

  constructor(
    file: string,
    readonly problems: readonly Problem[],
  ) {
    super(formatProblems(file, problems))
  }
}

/** The command line is wrong. */
export class BadUsage extends Failure {
  override readonly name = "BadUsage"
  override readonly exitCode = 2
}

export function exitCodeOf(error: unknown): number {
  return error instanceof Failure ? error.exitCode : 1
}

/**
 * What is thrown in a socket's listener (share/guard.ts) nobody can catch: from now on it ends the command in words instead
 * of a stack trace.
 */
export function endInWords(): void {
  process.once("uncaughtException", error => {
    process.stderr.write(`${messageOf(error)}\n`)
    process.exit(exitCodeOf(error))
  })
}

/** For the person at the terminal: what went wrong, and the remedy that is nearest when they are not root. */
export function messageOf(error: unknown, isRoot = process.geteuid?.() === 0): string {
  const message = error instanceof Error ? error.message : String(error)
  const isAboutRights = /permission denied|not permitted|must be root|EACCES|EPERM/i.test(message)
  return isAboutRights && !isRoot ? `${message}\nYou are not root: run it with sudo` : message
}
