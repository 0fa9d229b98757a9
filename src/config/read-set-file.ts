import { setImmediate as breathe } from "node:timers/promises"
import { readText } from "./read-text.ts"
import { joined, parseLines, type SetFile } from "./set-files.ts"

const MIB = 1024 * 1024

const NETWORKS = { what: "one network a line", mostBytes: 16 * MIB, remedy: "name it here" }

/** Some milliseconds' work: probes and their answers do not wait for longer while a configuration is read again. */
const LINES_AT_ONCE = 2000

export async function readSetFile(path: string): Promise<SetFile> {
  const read = await readText(path, NETWORKS)
  if (!read.ok) return { networks: [], problems: [read.why] }
  const lines = read.text.split("\n")
  const parts: SetFile[] = []
  for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
    parts.push(parseLines(lines.slice(at, at + LINES_AT_ONCE), at))
    await breathe()
  }
  return joined(parts)
}
