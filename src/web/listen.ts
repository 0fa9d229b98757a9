import { setTimeout as sleep } from "node:timers/promises"
import type { Live } from "./live.ts"
import { serveWeb, type Server, type Settings } from "./server.ts"
import type { Source } from "./source.ts"

/** Who held the port before may just be ending: that is no trouble yet. */
const SOON_MS = 500
/** An address may come with a lease, and a port be freed by an operator. */
const AGAIN_MS = 2_000

/** Tries until it listens; what is in the way is told once. */
export async function listenPatiently(settings: Settings, source: Source, live: Live): Promise<Server> {
  let told: string | null = null
  for (let tries = 1; ; tries++) {
    try {
      return await serveWeb(settings, source, live)
    } catch (error) {
      const why = inWords(error, settings)
      if (tries > 1 && why !== told) {
        source.warn(`${why}; it is tried again every ${AGAIN_MS / 1000} s`)
        told = why
      }
      await sleep(tries === 1 ? SOON_MS : AGAIN_MS)
    }
  }
}

function inWords(error: unknown, { listen: { host, port } }: Settings): string {
  const code = error instanceof Error && "code" in error ? error.code : null
  const place = `${host.includes(":") ? `[${host}]` : host}:${port}`
  if (code === "EADDRINUSE") return `${place} is taken by another program (ss -ltnp); choose another web.listen`
  if (code === "EADDRNOTAVAIL") return `no interface has the address of ${place} now`
  if (code === "EACCES") return `this process may not listen on ${place}: ports below 1024 need CAP_NET_BIND_SERVICE`
  return `${place} cannot be listened on: ${error instanceof Error ? error.message : String(error)}`
}
