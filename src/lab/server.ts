import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { answerAll, type LabProbe } from "./answers.ts"
import { bulkServers, PORT_OF } from "./traffic/bulk.ts"
import { print } from "./traffic/report.ts"
import { plainAddress, udpSink } from "./traffic/sink.ts"

/**
 * The internet's server: `server.js [--port 9000] [--answer SPEC…]`, each SPEC the JSON of a probe to answer. TCP: tells each client its source address, then echoes; on two further
 * ports (see bulk.ts) it takes or sends without end. UDP, same port: counts. Each line on standard input asks for a `SinkReport` line on standard output.
 */
const { values } = parseArgs({
  options: { port: { type: "string", default: "9000" }, answer: { type: "string", multiple: true, default: [] } },
})
const port = Number(values.port)

function welcome(socket: Socket): void {
  socket.setNoDelay(true)
  // Clients vanish and are reset in every outage: that is the client's story, not the server's.
  socket.on("error", () => socket.destroy())
  socket.write(`${plainAddress(socket.remoteAddress ?? "")}\n`)
  socket.pipe(socket)
}

const tcp = createServer(welcome)
const sink = udpSink(port)
const bulk = bulkServers()
tcp.listen({ port, host: "::", backlog: 4096 })
bulk.upload.listen({ port: port + PORT_OF.upload, host: "::" })
bulk.download.listen({ port: port + PORT_OF.download, host: "::" })
await Promise.all([sink.listening, ...[tcp, bulk.upload, bulk.download].map(server => once(server, "listening"))])
await answerAll(values.answer.map(spec => JSON.parse(spec) as LabProbe))
print({ listening: true })
createInterface({ input: process.stdin }).on("line", () => {
  print(sink.report())
})
