import { createReadStream } from "node:fs"

/** What a file holds, or why that cannot be had. */
export type ReadText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

interface Expected {
  /** In words. */
  readonly what: string
  readonly mostBytes: number
  /** How to name another file. */
  readonly remedy: string
}

/** UTF-8 text of a file of bounded size: neither /dev/zero nor a log file given by mistake fills the memory of a router. */
export async function readText(file: string, expected: Expected): Promise<ReadText> {
  try {
    return decoded(await readAtMost(file, expected.mostBytes + 1), expected)
  } catch (error) {
    if (error instanceof Error && "code" in error) return refused(reasonOf(String(error.code), error.message, expected))
    throw error
  }
}

async function readAtMost(file: string, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(file, { end: mostBytes - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const KIB = 1024

function decoded(bytes: Buffer, { what, mostBytes }: Expected): ReadText {
  if (bytes.length > mostBytes) return refused(`more than ${mostBytes / KIB} KiB, expected ${what}`)
  try {
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) }
  } catch (error) {
    if (error instanceof TypeError) return refused("not UTF-8 text; save it in that encoding")
    throw error
  }
}

function reasonOf(code: string, message: string, { remedy }: Expected): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `no such file; write one, or ${remedy}`,
    EACCES: "this user may not read it; run as root, or mend its permissions",
    EISDIR: `a directory, expected a file; ${remedy}`,
  }
  return reasons[code] ?? `cannot be read: ${message}`
}

function refused(why: string): ReadText {
  return { ok: false, why }
}
