import { write } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"

/** A log that takes lines at once and writes them when it can. */
export interface LogFile {
  readonly write: (line: string) => void
  /** Resolves when all that was taken has been written or given up. */
  readonly flush: () => Promise<void>
}

/** Lines that wait for a reader that is slow or gone; what comes beyond is dropped. The journal has every event anyway. */
const MOST_WAITING_BYTES = 1024 ** 2
/** A descriptor that others made non-blocking says EAGAIN while its reader is busy. */
const BUSY_MS = 50

const writeTo = promisify(write)

/**
 * Writes to a descriptor in the background. A full disk, a closed terminal or a pipe that nobody reads costs log lines
 * and nothing else: process.stdout would block the whole agent on a pipe, and pino's own destination tries a full disk
 * for ever when the process is to end.
 */
export function openLog(fd: number): LogFile {
  let waiting: string[] = []
  let waitingBytes = 0
  let writing: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const text = Buffer.from(waiting.join(""))
      waiting = []
      waitingBytes = 0
      await writeAll(fd, text).catch(() => undefined)
    }
    writing = null
  }

  return {
    write: line => {
      if (waitingBytes + line.length > MOST_WAITING_BYTES) return
      waiting.push(line)
      waitingBytes += line.length
      writing ??= drain()
    },
    flush: async () => {
      await writing
    },
  }
}

async function writeAll(fd: number, text: Buffer): Promise<void> {
  for (let written = 0; written < text.length;) {
    try {
      written += (await writeTo(fd, text, written)).bytesWritten
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error
      await sleep(BUSY_MS)
    }
  }
}
