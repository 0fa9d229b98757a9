import { defer, Observable, switchMap } from "rxjs"
import type { ShareConfig } from "../core/config.ts"
import { openClient, type Client } from "./client.ts"

/**
 * A connected client, for as long as it works; errors when it no longer does, or never did. Whatever a client could mend by
 * itself (a new master, a restarted server) is mended by a new one, which knows nothing of what was under way.
 */
export function connection(share: ShareConfig): Observable<Client> {
  return defer(() => openClient(share)).pipe(switchMap(whileItWorks))
}

function whileItWorks(client: Client): Observable<Client> {
  return new Observable(subscriber => {
    let trouble: Error | null = null
    client.on("error", (error: Error) => (trouble = error))
    client.on("node error", (error: Error) => (trouble = error))
    client.on("end", () => {
      subscriber.error(trouble ?? new Error("Redis closed the connection"))
    })
    // A refused password is an error event; connecting succeeds all the same, and the first command fails.
    connected(client).then(
      () => {
        subscriber.next(client)
      },
      (error: unknown) => {
        subscriber.error(trouble ?? error)
      },
    )
    return () => {
      client.disconnect()
    }
  })
}

async function connected(client: Client): Promise<void> {
  await client.connect()
  await client.ping()
}
