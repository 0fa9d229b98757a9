import { randomInt } from "node:crypto"
import { createSocket, type Socket } from "node:dgram"
import { Observable } from "rxjs"
import type { NameServer } from "../src/core/probe-spec.ts"
import { familyOf } from "./address.ts"
import { refusalOf } from "./connection.ts"
import { answerIn, questionMessage, type Answer, type Question } from "./dns-message.ts"
import { Failure } from "./failure.ts"
import { openPinned, orClose } from "./pinned-socket.ts"
import type { Pin } from "./probe.ts"
import { queueIcmpErrors } from "./socket-options.ts"

/**
 * Asks a name server once, over the pinned link, and emits what it says. Whatever does not answer this very question, or
 * comes from elsewhere, is not heard. Errors as `blame` understands; never ends by itself.
 */
export function query(pin: Pin, { address, port }: NameServer, question: Question): Observable<Answer> {
  return new Observable(subscriber => {
    const { socket, fd } = open(pin, address)
    subscriber.add(() => socket.close())
    const id = randomInt(0x1_0000)
    const refuse = (error: Error) => {
      subscriber.error(
        refusalOf(error, fd, address) ?? new Failure("answer", "no name server there (port unreachable)"),
      )
    }
    socket.on("error", refuse)
    socket.on("message", message => {
      const answer = answerIn(message, id, question)
      if (answer !== undefined) subscriber.next(answer)
    })
    // Connected, it hears this address and port alone, and of ICMP errors: udp(7).
    socket.once("connect", () => {
      socket.send(questionMessage(id, question), error => {
        if (error !== null) refuse(error)
      })
    })
    socket.connect(port, address)
  })
}

function open(pin: Pin, address: string): { readonly socket: Socket; readonly fd: number } {
  const family = familyOf(address)
  const fd = openPinned(pin, { family, protocol: "udp", options: [queueIcmpErrors(family)] })
  const socket = createSocket(family === 4 ? "udp4" : "udp6")
  return orClose(() => ({ socket: socket.bind({ fd }), fd }), fd)
}
