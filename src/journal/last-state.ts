import { readFile } from "node:fs/promises"
import { join } from "node:path"

import { z } from "zod"

import type { Family } from "../core/ip-family.ts"
import { atLength, type OnDisk } from "../files/disk.ts"
import { replaceFile } from "../files/replace-file.ts"
import { orIfMissing } from "../files/if-missing.ts"

const stateFile = "state.json"

const rfc3339Utc = z.iso.datetime()

/** The penalty as of a time; absent: the link has none. */
const damping = z.object({ penalty: z.number().nonnegative(), asOf: rfc3339Utc, isDamped: z.boolean() }).readonly()

const link = z
  .object({
    state: z.enum(["unknown", "up", "degraded", "down"]),
    since: rfc3339Utc,
    reason: z.string(),
    damping: damping.optional(),
  })
  .readonly()

const notes = z.object({
  /** By link name. */
  links: z.record(z.string(), link),
  /** What was learned about the next hop, by interface. */
  gateways: z.record(z.string(), z.object({ address: z.string(), gateway: z.string() }).readonly()),
})

const schema = notes.extend({
  v: z.literal(1),
  /** When this was so. */
  time: rfc3339Utc,
  /** Absent: not steered. What stands beside it is IPv4's. */
  ipv6: notes.optional(),
})

/** What was known of one family. */
export type Notes = Readonly<z.infer<typeof notes>>

/** What the agent knew when it last ran, so that a restart gives no flows to a link that is known to be dead. */
export type LastState = Readonly<z.infer<typeof schema>>

/** Null: nothing was written down. */
export function notesOf(state: LastState | null, family: Family): Notes | null {
  return family === 4 ? state : (state?.ipv6 ?? null)
}

/** Null: there is none. One that cannot be read or makes no sense is null too, and `onTrouble` hears why. */
export async function readLastState(
  directory: string,
  onTrouble: (text: string) => void,
  onDisk: OnDisk = atLength,
): Promise<LastState | null> {
  const file = join(directory, stateFile)
  try {
    const text = await onDisk(() => orIfMissing(readFile(file, "utf8"), null))
    return text === null ? null : parseState(text)
  } catch (error) {
    onTrouble(`${file}: the last state is ignored: ${describe(error)}`)
    return null
  }
}

function parseState(text: string): LastState {
  return schema.parse(JSON.parse(text))
}

export interface LastStateWriter {
  /** Returns at once. A state that comes while another is being written replaces any that still waits. */
  write(state: LastState): void
  /** Resolves when what was given to `write` is on disk or has failed. */
  flush(): Promise<void>
}

/** Writes are durable and atomic, never two at once. A failed one goes to `onTrouble`; the next `write` tries anew. */
export function createLastStateWriter(
  directory: string,
  onTrouble: (text: string) => void,
  onDisk: OnDisk = atLength,
): LastStateWriter {
  const file = join(directory, stateFile)
  let waiting: LastState | null = null
  let running: Promise<void> | null = null

  async function drain(): Promise<void> {
    while (waiting !== null) {
      const text = `${JSON.stringify(waiting, null, 2)}\n`
      waiting = null
      await onDisk(() => replaceFile(file, text)).catch((error: unknown) => {
        onTrouble(`${file}: the state is not kept for a restart: ${describe(error)}`)
      })
    }
    running = null // in the same turn as the last look at `waiting`, so that no state is left lying
  }

  return {
    write: state => {
      waiting = state
      running ??= drain()
    },
    flush: async () => {
      await running
    },
  }
}

function describe(error: unknown): string {
  return error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : String(error)
}
