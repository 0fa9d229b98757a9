import { constants } from "node:os"
import { getSystemErrorName } from "node:util"
import koffi from "koffi"

/**
 * The few calls that Node has no way to make: a socket's options must be set before it connects. Constants below are
 * those of asm-generic (x86, ARM, RISC-V, POWER), which covers every Linux that Node is built for.
 */
export const libc = koffi.load(null)
const cSocket = libc.func("int socket(int, int, int)") as (domain: number, type: number, protocol: number) => number
const cSetOption = libc.func("int setsockopt(int, int, int, const void *, uint32_t)") as (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: number,
) => number
const cGetOption = libc.func("int getsockopt(int, int, int, _Out_ void *, _Inout_ uint32_t *)") as (
  fd: number,
  level: number,
  option: number,
  value: Uint8Array,
  length: readonly [number],
) => number
const cDuplicate = libc.func("int fcntl(int, int, int)") as (fd: number, command: number, lowest: number) => number
const cClose = libc.func("int close(int)") as (fd: number) => number
const cErrorText = libc.func("const char *strerror(int)") as (errno: number) => string

export const AF_INET = 2
export const AF_INET6 = 10
const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const F_DUPFD_CLOEXEC = 1030

/** An error of the kernel's, in the shape that Node gives its own. */
export interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
}

export function systemError(code: string, syscall: string): SystemError {
  return Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
}

/** The version of IP. */
export type Family = 4 | 6

/** Opens a socket, non-blocking and closed on exec. @returns its descriptor. @throws SystemError */
export function openSocket(family: Family, protocol: "tcp" | "udp"): number {
  const domain = family === 4 ? AF_INET : AF_INET6
  const type = protocol === "tcp" ? SOCK_STREAM : SOCK_DGRAM
  return checked("socket", cSocket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
}

/** @throws SystemError */
export function setOption(fd: number, level: number, option: number, value: Uint8Array): void {
  checked("setsockopt", cSetOption(fd, level, option, value, value.length))
}

/** Fills `value` with as much of the option as it can hold. @throws SystemError */
export function getOption(fd: number, level: number, option: number, value: Uint8Array): void {
  checked("getsockopt", cGetOption(fd, level, option, value, [value.length]))
}

/** A second descriptor of the same socket. @throws SystemError */
export function duplicate(fd: number): number {
  return checked("fcntl", cDuplicate(fd, F_DUPFD_CLOEXEC, 0))
}

export function close(fd: number): void {
  checked("close", cClose(fd))
}

/** The result of a call. @throws SystemError with the errno when it failed. */
export function checked(syscall: string, result: number): number {
  if (result >= 0) return result
  throw systemError(getSystemErrorName(-koffi.errno()), syscall)
}

const codes: ReadonlyMap<string, string> = new Map(
  Object.values(constants.errno).map(errno => [cErrorText(errno), getSystemErrorName(-errno)]),
)

/** The errno name of a text that strerror(3) made, for libraries that keep nothing but the text. */
export function codeOf(errorText: string): string | undefined {
  return codes.get(errorText)
}
