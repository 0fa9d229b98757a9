import { access, constants } from "node:fs/promises"
import { dirname } from "node:path"

/** Why this process could not write to a directory, or make it; null: it could. Makes nothing. */
export async function writeTrouble(directory: string): Promise<string | null> {
  try {
    await access(directory, constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error)
    return code === "ENOENT" && directory !== dirname(directory) ? writeTrouble(dirname(directory)) : words(code)
  }
}

function words(code: string): string {
  const known: Readonly<Record<string, string>> = {
    EACCES: "not permitted",
    EROFS: "the file system is read-only",
    ENOTDIR: "a file is in the way",
  }
  return known[code] ?? code
}
