import type { FileHandle } from "node:fs/promises"
import { join } from "node:path"

import { currentFile, isSameFile } from "./files.ts"
import { survey } from "./survey.ts"
import type { Tail } from "./survey.ts"
import { reportTorn } from "./trouble.ts"
import type { ReportTrouble } from "./trouble.ts"

/** Holds the open current file against what is expected of it. Returns its tail, with nothing torn behind it. */
export async function settle(
  handle: FileHandle,
  expected: Tail,
  directory: string,
  report: ReportTrouble,
): Promise<Tail> {
  const tail = (await recognise(handle, expected)) ?? (await surveyReplaced(directory, report))
  if (tail.tornBytes > 0) await handle.truncate(tail.size)
  return { ...tail, tornBytes: 0 }
}

/** Null: this is not the file that was last written. */
async function recognise(handle: FileHandle, expected: Tail): Promise<Tail | null> {
  const { dev, ino, size } = await handle.stat()
  if (size === 0 && expected.size === 0) return { ...expected, identity: { dev, ino } }
  const isOurs = isSameFile({ dev, ino }, expected.identity)
  return isOurs && size >= expected.size && size <= expected.size + expected.tornBytes ? expected : null
}

async function surveyReplaced(directory: string, report: ReportTrouble): Promise<Tail> {
  report({ kind: "replaced", file: join(directory, currentFile) })
  const tail = await survey(directory)
  reportTorn(report, directory, tail)
  return tail
}
