/** The part of raw-socket 1.8 that is used here; it ships no types. */
declare module "raw-socket" {
  interface Socket {
    on(event: "message", listener: (packet: Buffer, source: string) => void): this
    /** The error's message is a text of strerror(3). */
    on(event: "error", listener: (error: Error) => void): this
    /** @throws Error whose message is a text of strerror(3) */
    setOption(level: number, option: number, value: Buffer, length: number): void
    /** Queues a packet. `error` null: it was sent; else its message is a text of strerror(3). */
    send(packet: Buffer, offset: number, length: number, address: string, sent: (error: Error | null) => void): this
    /** Sends the next packet of its queue; with none left it stops waiting to be writable. */
    onSendReady(): void
    close(): this
  }

  const raw: {
    readonly AddressFamily: { readonly IPv4: number; readonly IPv6: number }
    readonly Protocol: { readonly ICMP: number; readonly ICMPv6: number }
    /** @throws Error whose message is a text of strerror(3) */
    createSocket(options: { readonly addressFamily: number; readonly protocol: number }): Socket
    /** RFC 1071. */
    createChecksum(packet: Buffer): number
    writeChecksum(packet: Buffer, offset: number, checksum: number): Buffer
  }
  export type { Socket }
  export default raw
}
