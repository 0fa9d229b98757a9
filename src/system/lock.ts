import { createServer, type Server, type Socket } from "node:net"
import { askHolder, type LockHolder } from "./lock-holder.ts"
import { lockAddress } from "./lock-address.ts"

export type { LockHolder } from "./lock-holder.ts"

export type Lock = { readonly release: () => Promise<void> } | { readonly heldBy: LockHolder | null }

/** A connection that does not take its one line in this time is cut. */
const serveMs = 1_000

/** More are not accepted at once: any process of the network namespace may connect. */
const maxConnections = 8

/** The holder can vanish between our attempt and our question. */
const maxAttempts = 5

/**
 * One evenkeel per network namespace: whoever listens on an abstract Unix socket (unix(7)). The kernel frees it however
 * the holder dies, and there is no file to be left behind. A holder answers who it is; `heldBy` null: it did not answer.
 */
export async function takeLock(info: LockHolder): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    const server = await listen(info)
    if (server !== null) return { release: () => close(server) }
    const answer = await askHolder()
    if (answer !== "gone" || attempt === maxAttempts) return { heldBy: answer === "gone" ? null : answer }
  }
}

/** Null: somebody else listens there. */
function listen(info: LockHolder): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true }, socket => {
      serve(socket, info)
    })
    server.maxConnections = maxConnections
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(null)
      else reject(error)
    })
    server.listen(lockAddress, () => {
      server.unref()
      resolve(server)
    })
  })
}

/** What the other side sends is never read, and its going away is its own business. */
function serve(socket: Socket, info: LockHolder): void {
  socket.on("error", () => socket.destroy())
  socket.setTimeout(serveMs, () => socket.destroy())
  socket.end(`${JSON.stringify(info)}\n`, () => socket.destroy())
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close(error => {
      if (error) reject(error)
      else resolve()
    })
  })
}
