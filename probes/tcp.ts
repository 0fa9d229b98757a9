import { Observable } from "rxjs"
import { connect, refusalOf } from "./connection.ts"
import { judge } from "./judge.ts"
import type { Pin, Probe, SpecOf } from "./probe.ts"
import { handshakeOf, replyOf, type Handshake } from "./tcp-info.ts"

/**
 * One connection attempt. Established or refused, the target has answered and the path is proven; but where the kernel had
 * to ask again, something was lost on the way.
 */
export const tcp: Probe<SpecOf<"tcp">> = (pin, { address, port }, limits) =>
  judge(handshake(pin, address, port), limits, {
    read: (ended, elapsedMs) => replyOf(ended, elapsedMs, limits),
  })

function handshake(pin: Pin, address: string, port: number): Observable<Handshake> {
  return new Observable(subscriber => {
    const { socket, witness, end } = connect(pin, address, port)
    subscriber.add(end)
    const answer = () => {
      try {
        subscriber.next(handshakeOf(witness))
      } catch (error) {
        subscriber.error(error)
      }
    }
    socket.on("connect", answer)
    socket.on("error", error => {
      const refusal = refusalOf(error, witness, address)
      if (refusal === undefined) answer()
      else subscriber.error(refusal)
    })
  })
}
