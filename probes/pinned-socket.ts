import { close, openTcp, setOption } from "./libc.ts"
import type { Pin } from "./probe.ts"
import type { SocketOption } from "./socket-options.ts"
import { pinning } from "./socket-options.ts"

/**
 * Opens an unconnected IPv4 TCP socket that can only use the pinned link, for `new net.Socket({ fd })`.
 *
 * @returns the descriptor, which the caller closes
 * @throws SystemError: ENODEV when there is no such interface, EPERM without the capabilities, EMFILE, …
 */
export function openPinned(pin: Pin, options: readonly SocketOption[] = []): number {
  const fd = openTcp()
  try {
    for (const { level, option, value } of [...pinning(pin), ...options]) setOption(fd, level, option, value)
    return fd
  } catch (error) {
    close(fd)
    throw error
  }
}
