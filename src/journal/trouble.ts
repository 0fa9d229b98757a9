import { join } from "node:path"

import { currentFile } from "./files.ts"
import type { Tail } from "./survey.ts"

/** What went wrong with the journal's files. It goes to the log; none of it stops the agent. */
export type JournalTrouble =
  /** The end of a file was torn by a crash or a power loss; `bytes` after event `lastSeq` are being cut off. */
  | { readonly kind: "torn"; readonly file: string; readonly bytes: number; readonly lastSeq: number }
  /** A reader skipped a line that is no event; `count` such lines so far. Lines count from 1. */
  | { readonly kind: "corrupt"; readonly file: string; readonly line: number; readonly count: number }
  /** Somebody else removed, replaced or edited the current file; the journal goes on with what is there. */
  | { readonly kind: "replaced"; readonly file: string }
  /** Writing fails; events wait in memory. Told once, until `recovered`. */
  | { readonly kind: "stalled"; readonly error: string; readonly unwritten: number }
  /** An event got no number and will never be written. Told once, until `recovered`. */
  | { readonly kind: "dropped"; readonly reason: DropReason; readonly unwritten: number }
  /** Writing works again; `dropped` events were lost since the last time it worked. */
  | { readonly kind: "recovered"; readonly dropped: number }
  /** The journal was closed while events could not be written. */
  | { readonly kind: "abandoned"; readonly unwritten: number }

/** `memory`: too many events wait for the disk; `size`: longer than a line may be; `closed`: after `close`. */
export type DropReason = "memory" | "size" | "closed"

export type ReportTrouble = (trouble: JournalTrouble) => void

export function reportTorn(report: ReportTrouble, directory: string, { tornBytes, lastSeq }: Tail): void {
  if (tornBytes > 0) report({ kind: "torn", file: join(directory, currentFile), bytes: tornBytes, lastSeq })
}

/** One sentence for the log. */
export function describeTrouble(trouble: JournalTrouble): string {
  switch (trouble.kind) {
    case "torn":
      return `${trouble.file}: cutting ${trouble.bytes} torn bytes off after event ${trouble.lastSeq}`
    case "corrupt":
      return `${trouble.file}:${trouble.line}: not an event, skipped (${trouble.count} so far)`
    case "replaced":
      return `${trouble.file}: removed or changed by somebody else, going on with what is there`
    case "stalled":
      return `the journal cannot be written, ${trouble.unwritten} events wait in memory: ${trouble.error}`
    case "dropped":
      return `an event was not journalled (${trouble.reason}) while ${trouble.unwritten} wait for the disk`
    case "recovered":
      return `the journal is written again, ${trouble.dropped} events were lost`
    case "abandoned":
      return `the journal was closed with ${trouble.unwritten} events unwritten`
  }
}
