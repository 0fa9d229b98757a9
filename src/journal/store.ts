import { constants } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { mkdir, open } from "node:fs/promises"
import { join } from "node:path"

import { currentFile } from "./files.ts"
import type { Queue } from "./queue.ts"
import { totalBytes } from "./queue.ts"
import { removeOldest, rotate } from "./rotate.ts"
import { settle } from "./settle.ts"
import { survey } from "./survey.ts"
import type { Tail } from "./survey.ts"
import { reportTorn } from "./trouble.ts"
import type { ReportTrouble } from "./trouble.ts"

export interface StoreOptions {
  readonly directory: string
  readonly maxBytes: number
  readonly keep: number
  readonly report: ReportTrouble
}

/**
 * One step of work on the files: cuts a torn end off, then rotates a full file or appends what fits of the queue with
 * one write, and takes that out of the queue. Throws what the file system throws; the next step starts by cutting off
 * whatever a failed one left. The file is opened anew each time, so that one that was removed, replaced or mounted
 * over is noticed, and a journal at rest holds no descriptor.
 */
export type Step = (queue: Queue) => Promise<void>

export function createStore(options: StoreOptions): Step {
  const { directory, maxBytes, keep, report } = options
  let tail: Tail | null = null
  return async queue => {
    tail ??= await firstSurvey(options, queue)
    const handle = await openCurrent(directory)
    try {
      const settled = await settle(handle, tail, directory, report)
      queue.startAfter(settled.lastSeq)
      tail = { ...settled, lastSeq: queue.writtenSeq }
      const lines = queue.first(maxBytes - tail.size)
      if (isFull(tail, lines, maxBytes)) {
        await rotate(directory, tail.firstSeq, keep)
        tail = { identity: null, size: 0, tornBytes: 0, firstSeq: null, lastSeq: tail.lastSeq }
      } else if (lines.length > 0) {
        const after = appended(tail, lines)
        tail = { ...tail, tornBytes: totalBytes(lines) } // until the write is known to be whole
        await writeDurably(handle, lines)
        queue.remove(lines.length)
        tail = after
      }
    } finally {
      await handle.close()
    }
  }
}

/** The numbers become known even where the disk can only be read; then only the writing waits. */
async function firstSurvey({ directory, keep, report }: StoreOptions, queue: Queue): Promise<Tail> {
  const tail = await survey(directory)
  queue.startAfter(tail.lastSeq)
  await removeOldest(directory, keep) // an interrupted rotation, or a smaller `keep` than before
  reportTorn(report, directory, tail)
  return tail
}

/** O_APPEND: even when somebody else edits the file, nothing of it is overwritten. Modes are subject to the umask. */
async function openCurrent(directory: string): Promise<FileHandle> {
  await mkdir(directory, { recursive: true, mode: 0o750 })
  return open(join(directory, currentFile), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o640)
}

type FullTail = Tail & { readonly firstSeq: number }

/** An event that is longer than a whole file may be still gets a file of its own. */
function isFull(tail: Tail, lines: readonly Buffer[], maxBytes: number): tail is FullTail {
  const [next] = lines
  return tail.firstSeq !== null && next !== undefined && tail.size + next.length > maxBytes
}

function appended(tail: Tail, lines: readonly Buffer[]): Tail {
  return {
    identity: tail.identity,
    size: tail.size + totalBytes(lines),
    tornBytes: 0,
    firstSeq: tail.firstSeq ?? tail.lastSeq + 1,
    lastSeq: tail.lastSeq + lines.length,
  }
}

/**
 * fdatasync, because the last events before a power loss are the ones that people ask for; no caller waits for it.
 * FileHandle.writeFile goes on after a short write, which is how a nearly full file system answers write(2).
 */
async function writeDurably(handle: FileHandle, lines: readonly Buffer[]): Promise<void> {
  await handle.writeFile(Buffer.concat(lines))
  await handle.datasync()
}
