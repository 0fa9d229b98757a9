import { connect, createServer, type Server as TcpServer, type Socket } from "node:net"
import { monotonicMs } from "../clock.ts"
import { codeOf, type Server } from "./connect.ts"
import { print } from "./report.ts"

const CHUNK = Buffer.alloc(16 * 1024, ".")

/** Added to the server's port: there it takes all and says nothing (RFC 863), or sends without end (RFC 864). */
export const PORT_OF = { upload: 9, download: 19 } as const

export type Direction = keyof typeof PORT_OF

export function bulkServers(): Readonly<Record<Direction, TcpServer>> {
  return { upload: createServer(socket => quiet(socket).resume()), download: createServer(pour) }
}

/** Keeps `count` transfers going as fast as the line takes them, and tells of each that breaks. Never ends by itself. */
export function bulk(server: Server, direction: Direction, count: number): Promise<never> {
  for (let flow = 0; flow < count; flow++) transfer(server, direction, flow)
  return new Promise(() => undefined)
}

function transfer({ address, port, from }: Server, direction: Direction, flow: number): void {
  const socket = connect({ host: address, port: port + PORT_OF[direction], ...(from && { localAddress: from }) })
  socket.on("error", error => {
    print({ kind: "refused", flow, atMs: monotonicMs(), error: codeOf(error) })
  })
  if (direction === "upload") pour(socket)
  else socket.resume()
}

/** Fills the socket whenever it takes more. */
function pour(socket: Socket): void {
  const fill = () => {
    while (socket.writable && socket.write(CHUNK));
  }
  quiet(socket).on("drain", fill).resume()
  fill()
}

/** Peers vanish and are reset in every outage: that is the client's story. */
function quiet(socket: Socket): Socket {
  return socket.on("error", () => socket.destroy())
}
