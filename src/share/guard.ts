const MOST_PARTS = 16_384
const MOST_DEPTH = 8

const LIST = "*"
const TEXT = "$"
const LINE_END = "\r\n"

/**
 * Looks at what a server sends before its parser does, which keeps all of a reply in memory until it is whole, and Redis
 * takes half a gigabyte for one message: `end` is called once at a reply that is, or says that it will be, longer than
 * `mostBytes`. The parser also allocates at once whatever a list says of its length, and eleven bytes (`*30000000`) then end
 * the process: at one with more parts, or lists in lists, than any that we ask for this throws, as only that keeps it from
 * the parser. Redis' protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export function createGuard(mostBytes: number, end: (error: Error) => void): (chunk: Buffer) => void {
  let isOver = false
  /** Of the reply that is coming. */
  let bytes = 0
  /** Of each list that is open in it: parts that are still to come. */
  const open: number[] = []
  /** Of the text that is coming, with its line end. */
  let textLeft = 0
  /** Of the line that is coming, what came in earlier chunks. */
  let begun = ""

  const count = (more: number) => {
    bytes += more
    if (bytes <= mostBytes || isOver) return
    isOver = true
    end(new Error(`Redis sends more than ${mostBytes / 1024} KiB at once`))
  }
  const complete = () => {
    while (open.length > 0) {
      const left = (open.pop() ?? 0) - 1
      if (left === 0) continue
      open.push(left)
      return
    }
    bytes = 0
  }
  const begin = (line: string) => {
    const length = Number.parseInt(line.slice(1), 10)
    if (line.startsWith(LIST) && length > 0) {
      if (length > MOST_PARTS || open.length === MOST_DEPTH)
        throw new Error(`Redis sends a list of ${length} in ${open.length} others`)
      open.push(length)
    } else if (line.startsWith(TEXT) && length >= 0) {
      textLeft = length + LINE_END.length
      count(textLeft)
    } else complete()
  }
  /** Takes what there is of a text or of a line. Returns how much that was. */
  const take = (chunk: Buffer, at: number) => {
    if (textLeft > 0) {
      const taken = Math.min(textLeft, chunk.length - at)
      textLeft -= taken
      if (textLeft === 0) complete()
      return taken
    }
    const lineEnd = chunk.indexOf(LINE_END.charCodeAt(1), at)
    const next = lineEnd === -1 ? chunk.length : lineEnd + 1
    count(next - at)
    begun += chunk.toString("latin1", at, next)
    if (lineEnd !== -1) {
      const line = begun
      begun = ""
      begin(line)
    }
    return next - at
  }
  return chunk => {
    for (let at = 0; at < chunk.length && !isOver;) at += take(chunk, at)
  }
}
