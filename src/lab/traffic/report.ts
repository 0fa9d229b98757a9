/** One connection of the client: connect, read the line that says how the server sees us, close. */
export interface Attempt {
  /** `monotonicMs` when it was asked for. */
  readonly startMs: number
  readonly tookMs: number
  readonly ok: boolean
  /** Source address at the server; null without an answer. */
  readonly via: string | null
  /** System error code, or `timeout`; null when ok. */
  readonly error: string | null
}

/** What happened to a long flow. `silentMs` counts from the last echo. */
export type HoldEvent =
  | { readonly kind: "open"; readonly flow: number; readonly atMs: number; readonly via: string }
  | { readonly kind: "refused"; readonly flow: number; readonly atMs: number; readonly error: string }
  | { readonly kind: "stalled" | "resumed"; readonly flow: number; readonly atMs: number; readonly silentMs: number }
  | {
      readonly kind: "broken"
      readonly flow: number
      readonly atMs: number
      readonly silentMs: number
      readonly via: string
      readonly error: string
    }

/** Outcome of a number of connections: how many went by each source address, and what the others died of. */
export interface Tally {
  readonly ok: number
  readonly failed: number
  readonly via: Readonly<Record<string, number>>
  readonly errors: Readonly<Record<string, number>>
}

/** What a one-way UDP sender did. */
export interface Sent {
  readonly label: string
  readonly sent: number
  /** Packets that the kernel would not take. */
  readonly failed: number
  readonly tookMs: number
}

/** Packets of one UDP label that the server got from one source address. */
export interface Received {
  readonly packets: number
  readonly firstMs: number
  readonly lastMs: number
  readonly firstSeq: number
  readonly lastSeq: number
}

/** UDP packets that the server got: by label, then by source address. */
export type SinkReport = Readonly<Record<string, Readonly<Record<string, Received>>>>

/** One line on standard output: pipes are written synchronously, so a signal loses none. */
export function print(report: Attempt | HoldEvent | Tally | Sent | SinkReport | { readonly listening: true }): void {
  process.stdout.write(`${JSON.stringify(report)}\n`)
}
