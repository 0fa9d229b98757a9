import { randomInt } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"

export const HOST = "127.0.0.1"

/**
 * Below the ports that the kernel takes for connections (ip_local_port_range), so that none of them is in the way when
 * a killed server wants its own port again; and so many that two processes hardly ever draw the same one.
 */
const FIRST_PORT = 12_000
const PORTS = 10_000
/** A cluster node's bus has a port of its own, this much higher. */
const BUS_OFFSET = 10_000

const given = new Set<number>()

/** A port that nobody listens on, nor on that of its cluster bus; given once in this process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS)
    if (given.has(port)) continue
    given.add(port)
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const listener = createServer().listen(port, HOST)
  try {
    await once(listener, "listening")
    return true
  } catch {
    return false
  } finally {
    listener.close()
  }
}
