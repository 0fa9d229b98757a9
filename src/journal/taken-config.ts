import { readFile, stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { z } from "zod"
import { orIfMissing } from "../files/if-missing.ts"
import { replaceFile } from "../files/replace-file.ts"

const TAKEN_CONFIG = "taken-config.json"

const schema = z.object({ v: z.literal(1), file: z.string(), text: z.string() })

/** A configuration as the agent took it: the file that it was read from, by its whole path, and its text. */
export type TakenConfig = Omit<z.infer<typeof schema>, "v">

/** Durable and atomic; not written again while it is the same. @throws Error when it cannot be written */
export async function keepTakenConfig(directory: string, { file, text }: TakenConfig): Promise<void> {
  const kept = join(directory, TAKEN_CONFIG)
  const own = await permissionsOf(kept)
  const mode = (await permissionsOf(file)) ?? own ?? MOST_MODE
  // What cannot be read is written over.
  const isKept = (await readTakenConfig(directory, file, () => undefined)) === text
  if (isKept && own === mode) return
  await replaceFile(kept, `${JSON.stringify({ v: 1, file: resolve(file), text })}\n`, mode)
}

/** By the owner, and the group that this process is of, if that may read the configuration. */
const MOST_MODE = 0o640

async function permissionsOf(path: string): Promise<number | null> {
  const found = await orIfMissing(stat(path), null)
  if (found === null) return null
  const isForGroup = found.gid === process.getegid?.() ? (found.mode & 0o040) > 0 : (found.mode & 0o004) > 0
  return isForGroup ? MOST_MODE : 0o600
}

/**
 * The text of `file` as an agent last took it. Null: none did. What it kept and cannot be read is null too, and `onTrouble`
 * hears why.
 */
export async function readTakenConfig(
  directory: string,
  file: string,
  onTrouble: (text: string) => void,
): Promise<string | null> {
  const path = join(directory, TAKEN_CONFIG)
  try {
    const kept = await orIfMissing(readFile(path, "utf8"), null)
    const taken = kept === null ? null : schema.parse(JSON.parse(kept))
    return taken?.file === resolve(file) ? taken.text : null
  } catch (error) {
    onTrouble(`${path}: the configuration that was taken last cannot be read: ${reasonOf(error)}`)
    return null
  }
}

/** Never what the file holds, as a parser would repeat it: it may be a secret. */
function reasonOf(error: unknown): string {
  const isOfFile = error instanceof Error && "code" in error
  return isOfFile ? error.message : "it is not what an agent has written"
}
