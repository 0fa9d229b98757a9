import { constants } from "node:fs"
import { lchown, mkdir, open, rename, stat } from "node:fs/promises"
import { dirname } from "node:path"

const OVERWRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

/**
 * Replaces a file as a whole, durably: a reader, a crash or a full disk finds the old text or the new one.
 *
 * Not write-file-atomic (7.0.1): it takes a short write(2), which is how a nearly full file system answers, for
 * success, and renames the cut text over the good one; and each SIGKILL during a write leaves one more temporary file.
 * Here there is one writer per file, so that the temporary name can be fixed and the next write takes it over.
 *
 * What root makes belongs to whoever owns the directory around it: a service that is not root goes on with it later. Nor does
 * root follow a link that such a service could lay in its way.
 */
export async function replaceFile(file: string, text: string, mode = 0o640): Promise<void> {
  const directory = dirname(file)
  await makeDirectory(directory)
  const temporary = `${file}.new`
  const handle = await open(temporary, OVERWRITE, mode)
  try {
    await handle.writeFile(text)
    await giveTo(directory, (uid, gid) => handle.chown(uid, gid))
    await handle.sync() // else some file systems make the rename durable before the text
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o750 })
  if (first === undefined) return
  for (let made = directory; made.length >= first.length; made = dirname(made))
    await giveTo(dirname(first), (uid, gid) => lchown(made, uid, gid))
}

/** Only root can give away, and in a user namespace not to everybody: then it stays with who made it. */
async function giveTo(model: string, give: (uid: number, gid: number) => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = await stat(model)
  await give(uid, gid).catch(() => undefined)
}
