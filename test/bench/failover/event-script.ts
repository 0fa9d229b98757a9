import { writeFile } from "node:fs/promises"
import { map, type Observable } from "rxjs"
import { follow } from "../../../src/lab/follow.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import { fromWallMs, type Decision } from "./detector.ts"

/** The time is bash's own, with no further process to start; LC_ALL so that it has a decimal point everywhere. */
const SCRIPT = `#!/bin/bash
LC_ALL=C
echo "$EPOCHREALTIME $*" >>"\${0%.sh}.log"
`

export interface EventScript {
  readonly file: string
  readonly decisions$: Observable<Decision>
}

/** Whether the link carries, by the arguments of the call. */
type IsUp = (args: readonly string[]) => boolean

/** A script for a daemon to call at every change: it notes when that was, and does nothing else. */
export async function eventScript({ dir }: Pick<Lab, "dir">, isUp: IsUp): Promise<EventScript> {
  const base = `${dir}/event`
  await writeFile(`${base}.sh`, SCRIPT, { mode: 0o755 })
  return { file: `${base}.sh`, decisions$: follow(`${base}.log`).pipe(map(line => decisionOf(line, isUp))) }
}

function decisionOf(line: string, isUp: IsUp): Decision {
  const [seconds, ...args] = line.split(" ")
  return { atMs: fromWallMs(Number(seconds) * 1000), isUp: isUp(args) }
}
