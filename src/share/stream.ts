import { setTimeout as sleep } from "node:timers/promises"
import type { ShareConfig } from "../core/share-config.ts"
import { openClient } from "./client.ts"
import { LONGEST_ANSWER_BYTES } from "./connection.ts"
import { inWords } from "./in-words.ts"

const PAGE = 100
const POLL_MS = 1000

interface Way {
  /** Go on with new lines until `signal` aborts. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

/** The lines of a router's stream in order. Throws when Redis cannot be reached, or is no longer. */
export async function* readStream(
  share: ShareConfig,
  stream: string,
  { follow, signal }: Way,
): AsyncGenerator<string, void> {
  const { client, secrets } = await openClient(share, LONGEST_ANSWER_BYTES)
  let trouble: unknown
  client.on("error", (error: unknown) => {
    trouble = error
  })
  try {
    await client.connect()
    for (let next = "-"; !signal.aborted;) {
      const entries = await client.xrange(stream, next, "+", "COUNT", PAGE)
      for (const [, fields] of entries) yield fields[1] ?? ""
      const last = entries.at(-1)?.[0]
      if (last !== undefined) next = `(${last}`
      if (entries.length === PAGE) continue
      if (!follow) return
      await sleep(POLL_MS, undefined, { signal }).catch(() => undefined)
    }
  } catch (error) {
    throw new Error(inWords(trouble ?? error, secrets), { cause: error })
  } finally {
    client.disconnect()
  }
}
