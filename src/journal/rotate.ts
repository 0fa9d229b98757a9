import { rename, rm } from "node:fs/promises"
import { join } from "node:path"

import { currentFile, listRotated, rotatedFile } from "./files.ts"

/**
 * Makes room, then gives the current file its lasting name. A crash in between leaves one old file fewer; a crash
 * after the rename leaves no current file, and `survey` goes on from the newest rotated one.
 */
export async function rotate(directory: string, firstSeq: number, keep: number): Promise<void> {
  await removeOldest(directory, keep - 1)
  await rename(join(directory, currentFile), join(directory, rotatedFile(firstSeq)))
}

/** Leaves the `keep` newest rotated files. */
export async function removeOldest(directory: string, keep: number): Promise<void> {
  const rotated = await listRotated(directory)
  for (const firstSeq of rotated.slice(0, Math.max(0, rotated.length - keep))) {
    await rm(join(directory, rotatedFile(firstSeq)), { force: true })
  }
}
