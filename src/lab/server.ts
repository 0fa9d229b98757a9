import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { print } from "./traffic/report.ts"
import { udpSink } from "./traffic/sink.ts"

/**
 * The internet's server: `server.js [--port 9000]`. TCP: tells each client its source address, then echoes. UDP, same
 * port: counts. Each line on standard input asks for a `SinkReport` line on standard output.
 */
const { values } = parseArgs({ options: { port: { type: "string", default: "9000" } } })
const port = Number(values.port)

function welcome(socket: Socket): void {
  socket.setNoDelay(true)
  // Clients vanish and are reset in every outage: that is the client's story, not the server's.
  socket.on("error", () => socket.destroy())
  socket.write(`${socket.remoteAddress ?? ""}\n`)
  socket.pipe(socket)
}

const tcp = createServer(welcome)
const sink = udpSink(port)
tcp.listen({ port, host: "0.0.0.0", backlog: 4096 })
await Promise.all([sink.listening, once(tcp, "listening")])
print({ listening: true })
createInterface({ input: process.stdin }).on("line", () => {
  print(sink.report())
})
