import { chmod, mkdir, rm, writeFile } from "node:fs/promises"
import { run } from "../../system/run.ts"
import type { Screen } from "../format.ts"
import { stepText, type Step } from "./step.ts"

/** A unit may be stopping its agent, which takes two seconds at most. */
const TIMEOUT_MS = 60_000

/** Says each step, and does it unless this is a rehearsal. @throws RunError, or of the file system; what was done stays. */
export async function carryOut(steps: readonly Step[], isDry: boolean, { print }: Screen): Promise<void> {
  for (const step of steps) {
    print(stepText(step))
    if (!isDry) await take(step)
  }
}

async function take(step: Step): Promise<void> {
  switch (step.kind) {
    case "run":
      await run(step.file, step.args, { timeoutMs: TIMEOUT_MS })
      return
    case "directory":
      await mkdir(step.path, { recursive: true })
      await run("chown", [`${step.owner}:${step.owner}`, step.path])
      await chmod(step.path, Number.parseInt(step.mode, 8))
      return
    case "write":
      await writeFile(step.path, step.text)
      await chmod(step.path, 0o644)
      return
    case "remove":
      await rm(step.path, { recursive: true, force: true })
  }
}
