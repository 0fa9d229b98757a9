import { constants } from "node:fs"
import type { FileHandle } from "node:fs/promises"
import { open, readdir } from "node:fs/promises"
import { join } from "node:path"
import { orIfMissing } from "../files/if-missing.ts"

/** New lines go here; it always holds the newest events. */
export const currentFile = "events.jsonl"

const rotatedPattern = /^events\.(\d{16})\.jsonl$/

/**
 * A full file is renamed after its first event: `events.0000000000000042.jsonl`. Sixteen digits hold every safe
 * integer, so `ls` lists the files in order, `events.jsonl` last, and event n is in the last file named n or less.
 */
export function rotatedFile(firstSeq: number): string {
  return `events.${String(firstSeq).padStart(16, "0")}.jsonl`
}

/** First numbers of the rotated files, oldest first; a missing directory holds none. */
export async function listRotated(directory: string): Promise<readonly number[]> {
  const names = await orIfMissing(readdir(directory), [])
  return names.flatMap(name => rotatedPattern.exec(name)?.slice(1).map(Number) ?? []).sort((a, b) => a - b)
}

/** Null: there is no such file. */
export function openForReading(directory: string, name: string): Promise<FileHandle | null> {
  return orIfMissing(open(join(directory, name), constants.O_RDONLY), null)
}

/** Which file a name stands for: a name alone may be renamed, removed or mounted over. */
export interface FileIdentity {
  readonly dev: number
  readonly ino: number
}

export function isSameFile(one: FileIdentity | null, other: FileIdentity | null): boolean {
  return one?.dev === other?.dev && one?.ino === other?.ino
}
