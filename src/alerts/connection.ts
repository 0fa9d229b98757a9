import { once } from "node:events"
import { connect as connectTcp, isIP, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"

/** A connection to the server of an http or https address, for one attempt. @throws as `connectSocket` */
export async function connectTo({ protocol, hostname, port }: URL, signal: AbortSignal): Promise<Socket> {
  const isSecure = protocol === "https:"
  const host = hostname.replace(/^\[(.*)\]$/, "$1")
  const tcp = await connectSocket(host, port === "" ? (isSecure ? 443 : 80) : Number(port), signal)
  return isSecure ? secured(tcp, host) : tcp
}

/**
 * A TCP connection for one attempt. When `signal` aborts it is reset, for what is merely closed goes on: the kernel sends what
 * waits for a minute or two more (tcp(7), tcp_orphan_retries), and over a link that comes back meanwhile "it began" would
 * arrive after "it is over", and open that incident anew, for ever.
 *
 * @throws Error where there is no connection to be had; AbortError
 */
export async function connectSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted()
  const tcp = connectTcp({ host, port })
  signal.addEventListener("abort", () => {
    // Before there is a connection nothing was sent, and a reset would wait for one.
    if (tcp.connecting) tcp.destroy()
    else tcp.resetAndDestroy()
  })
  // Whoever uses the socket hears of it too.
  tcp.on("error", () => undefined)
  // Of several addresses another may be tried, with another descriptor, until then.
  await once(tcp, "connect", { signal })
  return tcp
}

/** No name is sent for an address (RFC 6066, 3); the certificate is checked against it all the same. */
function secured(tcp: Socket, host: string): Socket {
  const name = isIP(host) === 0 ? { servername: host } : {}
  const tls = connectTls({ socket: tcp, host, ...name })
  tcp.on("error", error => {
    tls.destroy(error)
  })
  return tls
}
