import { closeSync, fstatSync, openSync, readSync, watch } from "node:fs"
import { basename, dirname } from "node:path"
import { Observable } from "rxjs"

/**
 * The whole lines of a growing file, from its first on, as they are written. The file may come later; its directory must
 * exist. Begins anew with a shorter file (rotation). Never completes.
 */
export function follow(file: string): Observable<string> {
  return new Observable(subscriber => {
    let offset = 0
    const read = () => {
      const fd = openIfThere(file)
      if (fd === null) return
      const { lines, end } = linesFrom(fd, offset)
      closeSync(fd)
      offset = end
      for (const line of lines) subscriber.next(line)
    }
    const watcher = watch(dirname(file), (_, name) => {
      if (name === basename(file)) read()
    })
    watcher.on("error", error => {
      subscriber.error(error)
    })
    read()
    return () => {
      watcher.close()
    }
  })
}

/** Null: the file is yet to come, or is being rotated. */
function openIfThere(file: string): number | null {
  try {
    return openSync(file, "r")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null
    throw error
  }
}

/** `end` is after the last newline: the rest of a line is read again once it is whole. */
function linesFrom(fd: number, offset: number): { readonly lines: readonly string[]; readonly end: number } {
  const { size } = fstatSync(fd)
  const start = size < offset ? 0 : offset
  const bytes = Buffer.alloc(size - start)
  const whole = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, start)).lastIndexOf("\n") + 1
  return { lines: bytes.subarray(0, whole).toString().split("\n").filter(Boolean), end: start + whole }
}
