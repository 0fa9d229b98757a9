import { createReadStream } from "node:fs"
import type { Host, ParseResult } from "./parse.ts"
import { parseConfig } from "./parse.ts"

const LARGEST_BYTES = 256 * 1024

/** Reads and parses the configuration at `file`. Anything that keeps it from being read is a problem like any other. */
export async function loadConfig(file: string, host: Host): Promise<ParseResult> {
  try {
    return parseBytes(await readAtMost(file, LARGEST_BYTES + 1), host)
  } catch (error) {
    if (error instanceof Error && "code" in error) return refused(reasonOf(error.code, error.message))
    throw error
  }
}

function parseBytes(bytes: Buffer, host: Host): ParseResult {
  if (bytes.length > LARGEST_BYTES) return refused(`more than ${LARGEST_BYTES / 1024} KiB, expected a configuration`)
  const text = decodeUtf8(bytes)
  return text === undefined ? refused("not UTF-8 text; save it in that encoding") : parseConfig(text, host)
}

/** Bounded, so that neither /dev/zero nor a log file given by mistake fills the memory of a router. */
async function readAtMost(file: string, mostBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(file, { end: mostBytes - 1 })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file; write one, or name it with --config",
  EACCES: "this user may not read it; run as root, or mend its permissions",
  EISDIR: "a directory, expected a file; name the file with --config",
}

function reasonOf(code: unknown, message: string): string {
  return REASONS[String(code)] ?? `cannot be read: ${message}`
}

function refused(message: string): ParseResult {
  return { ok: false, problems: [{ path: "file", message }] }
}
