/** The part of net-ping 1.2 and raw-socket 1.8 that is used here; neither ships types. IPv4 only. */
declare module "net-ping" {
  import type { EventEmitter } from "node:events"

  type PacketListener = (packet: Buffer, source: string) => void

  interface RawSocket {
    listeners(event: "message"): readonly PacketListener[]
    removeAllListeners(event: "message"): this
    on(event: "message", listener: PacketListener): this
    /** @throws Error whose message is a text of strerror(3) */
    setOption(level: number, option: number, value: Buffer, length: number): void
    /** Sends the next packet of its queue; with none left it stops waiting to be writable. */
    onSendReady(): void
  }

  interface Session extends EventEmitter {
    /** Opens a new, unpinned socket if the session was closed. */
    getSocket(): RawSocket
    /** `error` null: an answer; an error's message may be a text of strerror(3). */
    pingHost(address: string, callback: (error: Error | null) => void): this
    close(): this
  }

  /** @throws Error whose message is a text of strerror(3) */
  export function createSession(options: {
    /** Taken modulo 65535; 0 means the process id. */
    readonly sessionId: number
    readonly retries: number
    /** Milliseconds. */
    readonly timeout: number
  }): Session

  export class DestinationUnreachableError extends Error {
    /** Dotted address of who sent the ICMP error. */
    readonly source: string
  }
  export class TimeExceededError extends Error {}
}
