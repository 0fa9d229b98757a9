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
