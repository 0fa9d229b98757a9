/** The part of net-ping 1.2 and its raw-socket 1.8 that is used here; neither ships types. */
declare module "net-ping" {
  interface RawSocket {
    removeAllListeners(event: "message"): this
    on(event: "message", listener: (packet: Buffer, source: string) => void): this
    /** @throws Error whose message is a text of strerror(3) */
    setOption(level: number, option: number, value: Buffer, length: number): void
    /** Sends the next packet of its queue; with none left it stops waiting to be writable. */
    onSendReady(): void
  }

  interface Session {
    /** The error's message is a text of strerror(3). */
    on(event: "error", listener: (error: Error) => void): this
    /** Opens a new, unpinned socket if the session was closed. */
    getSocket(): RawSocket
    /** `error` null: an answer; an error's message may be a text of strerror(3). */
    pingHost(address: string, callback: (error: Error | null) => void): this
    close(): this
  }

  const ping: {
    readonly NetworkProtocol: { readonly IPv4: number; readonly IPv6: number }
    /** @throws Error whose message is a text of strerror(3) */
    createSession(options: {
      readonly networkProtocol: number
      /** The identifier of its echo requests. Taken modulo 65535; 0 means the process id. */
      readonly sessionId: number
      readonly retries: number
      /** Milliseconds. */
      readonly timeout: number
    }): Session
  }
  export type { RawSocket, Session }
  export default ping
}
