import { close, openSocket, setOption, type Family } from "./libc.ts"
import type { Pin } from "./probe.ts"
import type { SocketOption } from "./socket-options.ts"
import { pinning } from "./socket-options.ts"

/** What kind of socket to open, and what is to be set beside its pinning. */
export interface SocketKind {
  readonly family: Family
  readonly protocol: "tcp" | "udp"
  readonly options?: readonly SocketOption[]
}

/**
 * Opens an unconnected socket that can only use the pinned link, for `new net.Socket({ fd })` or `bind({ fd })` of node:dgram.
 *
 * @returns the descriptor, which the caller closes
 * @throws SystemError: ENODEV when there is no such interface, EPERM without the capabilities, EMFILE, …
 */
export function openPinned(pin: Pin, { family, protocol, options = [] }: SocketKind): number {
  const fd = openSocket(family, protocol)
  return orClose(() => {
    for (const { level, option, value } of [...pinning(pin), ...options]) setOption(fd, level, option, value)
    return fd
  }, fd)
}

/** The action's result; where it throws, closes the descriptors that nobody else would. */
export function orClose<T>(action: () => T, ...fds: readonly number[]): T {
  try {
    return action()
  } catch (error) {
    fds.forEach(close)
    throw error
  }
}
