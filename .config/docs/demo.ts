import { execFile } from "node:child_process"
import { execPath } from "node:process"
import { promisify } from "node:util"
import { readAnsi, type Span } from "./ansi.ts"

const MOST_BYTES = 1_000_000

/**
 * The demo, run for real in the lab that this process is in; on a terminal, since only there it has colours:
 * script(1), of Debian's essential bsdutils.
 */
export async function demoLines(): Promise<readonly (readonly Span[])[]> {
  const command = `${execPath} dist/src/main.js demo`
  const env = { ...process.env, TERM: "xterm-256color" }
  const { stdout } = await promisify(execFile)("script", ["-qec", command, "/dev/null"], { env, maxBuffer: MOST_BYTES })
  return readAnsi(stdout)
}

/** The first outage and the summary: as much as fits on a screen. */
export function excerpt(lines: readonly (readonly Span[])[]): readonly (readonly Span[])[] {
  const said = lines.map(spans => spans.map(({ text }) => text).join(""))
  const [healthy, mended] = [0, 2].map(
    scene => said.map((line, i) => (line.includes("▶") ? i : -1)).filter(i => i >= 0)[scene],
  )
  const summary = said.findIndex(line => line.includes("detected after"))
  if (healthy === undefined || mended === undefined || summary < 0) throw new Error(`no such demo: ${said.join("\n")}`)
  const until = said.findLastIndex(line => line.trim() !== "")
  const etc = [{ text: "    …", styles: ["dim"] }]
  return [...lines.slice(healthy, mended - 1), etc, ...lines.slice(summary, until + 1)]
}
