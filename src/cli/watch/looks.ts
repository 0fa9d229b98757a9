import { catchError, defer, exhaustMap, from, map, merge, of, repeat, timer, type Observable } from "rxjs"
import type { Status } from "../../core/status-shape.ts"
import { detectBackend } from "../../system/detect-backend.ts"
import type { Backend } from "../../system/iptables.ts"
import { readRights } from "../../system/rights.ts"
import { askStatus } from "../ask.ts"
import { statusWithoutAgent } from "../at-rest.ts"
import { readConfig, readConfigWithoutSets } from "../options.ts"
import { readFlows } from "../read-flows.ts"
import type { Look } from "./live.ts"

const EVERY_MS = 1_000
/** Flows are counted by reading all that are tracked. */
const FLOWS_EVERY_MS = 2_000
/** However many there are, counting them takes no more than this part of the time. */
const FLOWS_PART = 1 / 10

/** Looks at the agent once a second, and at flows beside it, for ever. A look that fails says why. */
export function looks(file: string): Observable<Look> {
  const status$ = timer(0, EVERY_MS).pipe(exhaustMap(() => orWhy(() => lookAtStatus(file), "no status")))
  return merge(status$, flowLooks(file))
}

async function lookAtStatus(file: string): Promise<Look> {
  return { kind: "status", status: await statusNow(file) }
}

/** Of the agent; without one, what the kernel does by itself. */
export async function statusNow(file: string): Promise<Status> {
  return (await askStatus(await readConfigWithoutSets(file))) ?? statusWithoutAgent(await readConfig(file))
}

function flowLooks(file: string): Observable<Look> {
  let tookMs = 0
  let backend: Backend | null = null
  const lookAtFlows = async (): Promise<Look> => {
    if (!(await readRights()).netAdmin)
      return { kind: "no flows", why: "counting flows needs root: sudo evenkeel watch" }
    backend ??= (await detectBackend()).backend
    const flows = await readFlows(await readConfigWithoutSets(file), backend)
    return { kind: "flows", flows, atMs: performance.now() }
  }
  const look$ = defer(() => {
    const beganMs = performance.now()
    return orWhy(lookAtFlows, "no flows").pipe(
      map(look => {
        tookMs = performance.now() - beganMs
        return look
      }),
    )
  })
  return look$.pipe(repeat({ delay: () => timer(Math.max(FLOWS_EVERY_MS, tookMs / FLOWS_PART)) }))
}

function orWhy(look: () => Promise<Look>, kind: "no status" | "no flows"): Observable<Look> {
  return from(look()).pipe(catchError((error: unknown) => of({ kind, why: firstLine(error) })))
}

function firstLine(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n")
  return line
}
