import { createServer } from "node:http"
import type { Socket } from "node:net"

/** A server of the internet that takes whatever is posted to it; prints `{ from, body }` of each as a line of JSON. */
const port = Number(process.argv[2])

/** Asked for at once: of a sender that was killed meanwhile, its socket says nothing. */
const senders = new WeakMap<Socket, string | undefined>()

const server = createServer((request, response) => {
  let body = ""
  request.setEncoding("utf8").on("data", (text: string) => (body += text))
  request.on("end", () => {
    response.end("taken")
    process.stdout.write(`${JSON.stringify({ from: senders.get(request.socket), body })}\n`)
  })
})
server.on("connection", socket => senders.set(socket, socket.remoteAddress))
server.listen(port, "0.0.0.0", () => process.stdout.write("listening\n"))
