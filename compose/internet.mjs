import { createServer } from "node:net"

const providers = { "::ffff:10.91.0.101": "isp1", "::ffff:10.91.0.102": "isp2" }

// A probe resets its connection at once, so there may be nobody any more to answer.
createServer(socket => {
  socket.on("error", () => undefined)
  socket.end(providers[socket.remoteAddress] ?? "?")
}).listen(80)
