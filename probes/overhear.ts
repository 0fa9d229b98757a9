import { defer, filter, finalize, interval, type Observable } from "rxjs"
import { watchAdvances } from "./advances.ts"
import { close, type Family } from "./libc.ts"
import { nextHeaders, openIncomingTcp } from "./packet-socket.ts"
import type { Pin } from "./probe.ts"
import { segmentOf } from "./segment.ts"

/** Often enough for the socket's buffer not to be all that is seen of a fast line. */
const READ_MS = 10
/** A fast line could keep this process reading for ever. */
const MOST_READ = 256

/**
 * Listens to the TCP of one family that comes in over a link and emits whenever one of its connections was seen to get on: the users'
 * own round trips, which prove the line alive when a full queue delays or drops the probes. Costs nothing while nobody
 * is subscribed. Errors with a SystemError when the kernel lets nobody listen.
 */
export function overhear({ interface: device }: Pick<Pin, "interface">, family: Family): Observable<unknown> {
  return defer(() => {
    const fd = openIncomingTcp(device, family)
    let getsOn = watchAdvances()
    const hasGotOn = () => {
      if (!readWaiting(fd, getsOn)) return false
      getsOn = watchAdvances()
      return true
    }
    return interval(READ_MS).pipe(
      filter(hasGotOn),
      finalize(() => {
        close(fd)
      }),
    )
  })
}

/** Reads on after the proof, since what came before it proves nothing about later. */
function readWaiting(fd: number, getsOn: ReturnType<typeof watchAdvances>): boolean {
  let isProven = false
  for (let count = 0; count < MOST_READ; count++) {
    const headers = nextHeaders(fd)
    if (headers === undefined) break
    const segment = segmentOf(headers)
    if (segment !== undefined && getsOn(segment)) isProven = true
  }
  return isProven
}
