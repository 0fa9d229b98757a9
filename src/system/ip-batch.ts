import type { Family } from "../core/ip-family.ts"
import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

export interface BatchFailure {
  readonly line: string
  /** As `ip` said it: `RTNETLINK answers: File exists`. */
  readonly reason: string
}

/** Some lines of a batch were refused; all the others took effect. */
export class BatchError extends Error {
  override readonly name = "BatchError"
  readonly failures: readonly BatchFailure[]

  constructor(family: Family, failures: readonly BatchFailure[], cause: RunError) {
    super(failures.map(({ line, reason }) => `ip -${family} ${line}: ${reason}`).join("\n"), { cause })
    this.failures = failures
  }
}

/**
 * Carries out lines such as `route replace default via 192.0.2.1 dev eth0 table 101 protocol 107` in order, for one family.
 * A line that the kernel refuses does not stop those after it (`-force`): one link's trouble is not the other's.
 * @throws BatchError naming the refused lines; RunError when `ip` itself failed: it stops at a line that it cannot parse.
 */
export async function applyBatch(family: Family, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  try {
    await run("ip", [`-${family}`, "-force", "-batch", "-"], { input: lines.map(line => `${line}\n`).join("") })
  } catch (error) {
    throw error instanceof RunError && error.exitCode === 1
      ? new BatchError(family, failuresIn(error.stderr, lines), error)
      : error
  }
}

/** What `ip` says of each refused line: its reason, on one or more lines, and then `Command failed -:NUMBER`. */
function failuresIn(stderr: string, lines: readonly string[]): readonly BatchFailure[] {
  return [...stderr.matchAll(/([^]*?)^Command failed -:(\d+)$/gm)].map(([, reason = "", number]) => ({
    line: lines[Number(number) - 1] ?? "",
    reason: reason.trim(),
  }))
}
