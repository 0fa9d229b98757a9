/** What one reply, of those that we ask for, never goes beyond: parts of a list, bytes of a text, bytes of a line. */
const MOST_PARTS = 16_384
const MOST_TEXT_BYTES = 4 * 1024 * 1024
const MOST_LINE_BYTES = 64 * 1024

const LIST = "*".charCodeAt(0)
const TEXT = "$".charCodeAt(0)
const NEWLINE = 10

/**
 * Looks at what a server sends before its parser does: that allocates whatever a list or a text says of its length, and
 * eleven bytes (`*30000000`) then end the process. Throws at what is longer than anything that we ask for. Redis'
 * protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function createGuard(): (chunk: Buffer) => void {
  /** Of the text that is coming, with its line end. */
  let textBytesLeft = 0
  /** Of the line that is coming, as far as it came in earlier chunks. */
  let begun = ""
  return chunk => {
    let at = 0
    while (at < chunk.length) {
      if (textBytesLeft > 0) {
        const taken = Math.min(textBytesLeft, chunk.length - at)
        textBytesLeft -= taken
        at += taken
        continue
      }
      const end = chunk.indexOf(NEWLINE, at)
      const line = begun + chunk.toString("latin1", at, end === -1 ? chunk.length : end)
      if (line.length > MOST_LINE_BYTES) throw new Error("a line of it has no end")
      begun = end === -1 ? line : ""
      at = end === -1 ? chunk.length : end + 1
      if (end !== -1) textBytesLeft = textAfter(line)
    }
  }
}

/** Bytes of text that come after this line. */
function textAfter(line: string): number {
  const kind = line.charCodeAt(0)
  if (kind !== LIST && kind !== TEXT) return 0
  const length = Number.parseInt(line.slice(1), 10)
  if (kind === LIST && length > MOST_PARTS) throw new Error(`a list of ${length}`)
  if (kind === TEXT && length > MOST_TEXT_BYTES) throw new Error(`a text of ${length} bytes`)
  return kind === TEXT && length >= 0 ? length + "\r\n".length : 0
}
