import { mkdir, open, rename } from "node:fs/promises"
import { dirname } from "node:path"

/**
 * Replaces a file as a whole, durably: a reader, a crash or a full disk finds the old text or the new one.
 *
 * Not write-file-atomic (7.0.1): it takes a short write(2), which is how a nearly full file system answers, for
 * success, and renames the cut text over the good one; and each SIGKILL during a write leaves one more temporary file.
 * Here there is one writer per file, so that the temporary name can be fixed and the next write takes it over.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o750 })
  const temporary = `${file}.new`
  const handle = await open(temporary, "w", 0o640)
  try {
    await handle.writeFile(text)
    await handle.sync() // else some file systems make the rename durable before the text
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}
