import { execPath } from "node:process"
import { lastValueFrom, toArray } from "rxjs"
import { z } from "zod"
import { agentProgram } from "../../../src/lab/paths.ts"
import { SCENARIOS } from "../../../src/lab/rehearse/scenarios.ts"
import { startChild } from "../../../src/system/run-child.ts"

const ms = z.number().nonnegative()
const count = z.number().int().nonnegative()
const traffic = z.record(z.string(), z.number().min(0).max(1)).nullable()

/** What `rehearse --json` prints, and nothing else. */
const document = z.strictObject({
  config: z.string(),
  ok: z.boolean(),
  maxOutageMs: ms.nullable(),
  tookMs: ms,
  notes: z.array(z.string()),
  runs: z.array(
    z.strictObject({
      link: z.string(),
      scenario: z.enum(SCENARIOS),
      error: z.string().nullable(),
      detectedMs: ms.nullable(),
      reason: z.string().nullable(),
      steeredMs: ms.nullable(),
      outage: z.strictObject({ newConnectionsMs: ms, openFlowsMs: ms }),
      flows: z.strictObject({
        onLink: count,
        broken: count,
        waiting: count,
        elsewhere: count,
        brokenElsewhere: count,
        movedBack: count,
      }),
      traffic: z.strictObject({ before: traffic, during: traffic, after: traffic }),
      backMs: ms.nullable(),
      isBackLater: z.boolean(),
      troubles: z.array(z.string()),
    }),
  ),
})

export type RehearsalDocument = z.infer<typeof document>

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | null
}

/** Runs it as a user does: it makes namespaces of its own, wherever it is started. */
export async function rehearse(config: string, ...args: readonly string[]): Promise<Ended> {
  const command = [agentProgram, "rehearse", "-c", config, ...args]
  const { lines$, exited } = await startChild(execPath, command, { env: { EVENKEEL_LAB: "" } })
  const [lines, { stderr, exitCode }] = await Promise.all([lastValueFrom(lines$.pipe(toArray())), exited])
  return { stdout: lines.join("\n"), stderr, exitCode }
}

/** @throws ZodError when it is not one document of this shape. */
export function documentIn({ stdout }: Ended): RehearsalDocument {
  return document.parse(JSON.parse(stdout))
}
