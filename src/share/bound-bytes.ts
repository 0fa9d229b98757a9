import type { Client, WithStream } from "./client.ts"

/**
 * A reply or a message is whole in memory before anybody can look at it, and Redis takes half a gigabyte for one. So bytes
 * are counted as they come: where more than any good one has arrived since `whole` was last called, the connection ends. A
 * cluster's client keeps its connections to itself; there the server's limits have to do (proto-max-bulk-len,
 * client-output-buffer-limit).
 */
export function boundBytes(client: Client, mostBytes: number): { readonly whole: () => void } {
  let bytes = 0
  const { stream } = client as WithStream
  stream?.prependListener("data", (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > mostBytes + chunk.length)
      stream.destroy(new Error(`something in Redis is larger than ${mostBytes / 1024} KiB`))
  })
  return { whole: () => (bytes = 0) }
}
