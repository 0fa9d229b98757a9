import { connect, type Socket } from "node:net"
import { monotonicMs } from "../clock.ts"
import type { Attempt } from "./report.ts"

export interface Server {
  readonly address: string
  readonly port: number
  /** Source address of the client; undefined: the kernel's choice. */
  readonly from: string | undefined
}

export interface Greeted {
  readonly socket: Socket
  /** Source address that the server sees. */
  readonly via: string
}

/** Connects and waits for the server's greeting. Rejects with an Error whose `code` says why (`ECONNRESET`, `timeout`, …). */
export async function greet(server: Server, timeoutMs: number): Promise<Greeted> {
  const socket = connect({ host: server.address, port: server.port, ...(server.from && { localAddress: server.from }) })
  socket.setNoDelay(true)
  try {
    return { socket, via: await greeting(socket, timeoutMs) }
  } catch (error) {
    socket.destroy()
    throw error
  }
}

function greeting(socket: Socket, timeoutMs: number): Promise<string> {
  const timer = setTimeout(() => socket.destroy(failure("timeout")), timeoutMs)
  let text = ""
  const heard = new Promise<string>((resolve, reject) => {
    socket.on("error", reject)
    socket.on("close", () => {
      reject(failure("closed"))
    })
    socket.on("data", chunk => {
      text += chunk.toString()
      if (text.endsWith("\n")) resolve(text.trim())
    })
  })
  return heard.finally(() => {
    clearTimeout(timer)
    socket.removeAllListeners("data")
  })
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}

/** One short connection; never rejects. */
export async function attempt(server: Server, timeoutMs: number): Promise<Attempt> {
  const startMs = monotonicMs()
  const end = (via: string | null, error: string | null) => {
    return { startMs, tookMs: monotonicMs() - startMs, ok: error === null, via, error }
  }
  try {
    const { socket, via } = await greet(server, timeoutMs)
    socket.destroy()
    return end(via, null)
  } catch (error) {
    return end(null, codeOf(error))
  }
}
