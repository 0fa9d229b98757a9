import { readFile } from "node:fs/promises"
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
  const taken = { v: 1, file: resolve(file), text } as const
  if ((await readTakenConfig(directory, file)) === text) return
  await replaceFile(join(directory, TAKEN_CONFIG), `${JSON.stringify(taken)}\n`)
}

/** The text of `file` as an agent last took it. Null: none did, or what it kept cannot be read. */
export async function readTakenConfig(directory: string, file: string): Promise<string | null> {
  try {
    const kept = await orIfMissing(readFile(join(directory, TAKEN_CONFIG), "utf8"), null)
    const taken = kept === null ? null : schema.parse(JSON.parse(kept))
    return taken?.file === resolve(file) ? taken.text : null
  } catch {
    // Who asks has no other configuration, and says so.
    return null
  }
}
