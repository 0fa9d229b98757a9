import { createHash } from "node:crypto"
import { createServer } from "node:net"
import { resolve } from "node:path"

/**
 * One sender for one state directory: whoever listens on an abstract Unix socket of that name (unix(7)), which the kernel
 * frees however its holder dies. Null: somebody else holds it.
 */
export function lockAlerts(stateDir: string): Promise<{ readonly release: () => void } | null> {
  const name = createHash("sha256").update(resolve(stateDir)).digest("hex").slice(0, 32)
  return new Promise((fulfil, reject) => {
    const server = createServer(socket => socket.destroy())
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") fulfil(null)
      else reject(error)
    })
    server.listen(`\0evenkeel-alerts-${name}`, () => {
      server.unref()
      fulfil({ release: () => server.close() })
    })
  })
}
