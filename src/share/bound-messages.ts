import type { Client } from "./client.ts"

interface WithStream {
  readonly stream?: NodeJS.ReadableStream & { destroy(error: Error): void }
}

/**
 * A message is whole in memory before anybody can look at it, and Redis takes half a gigabyte for one. So bytes are
 * counted as they come: where more than any good message has arrived without one being complete, the connection ends. A
 * cluster's client keeps its connections to itself; there the server's limit has to do (client-output-buffer-limit pubsub).
 */
export function boundMessages(client: Client, mostBytes: number): void {
  const { stream } = client as WithStream
  if (stream === undefined) return
  let bytes = 0
  stream.prependListener("data", (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > mostBytes + chunk.length)
      stream.destroy(new Error(`a message on the channel is larger than ${mostBytes / 1024} KiB`))
  })
  client.on("message", () => (bytes = 0))
}
