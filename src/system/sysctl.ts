import { readFileSync, writeFileSync } from "node:fs"
import { access, constants } from "node:fs/promises"

/**
 * Reads a kernel setting by its path under /proc/sys: `net/ipv4/ip_forward`. The dotted names of sysctl(8) are ambiguous
 * for interfaces such as eth0.5. Null: there is none, as for an interface that does not exist.
 */
export function readSysctl(path: string): Promise<string | null> {
  return new Promise(resolve => {
    resolve(readNow(path))
  })
}

/** At once: procfs waits for no disk, and each trip through the thread pool would cost many times as much, or wait for one. */
function readNow(path: string): string | null {
  try {
    return readFileSync(`/proc/sys/${path}`, "utf8").trim()
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null
    throw new Error(`cannot read /proc/sys/${path}: ${explain(error)}`, { cause: error })
  }
}

/** @throws Error that says what the operator can do, as in a container whose /proc/sys is read-only. */
export function writeSysctl(path: string, value: string): Promise<void> {
  return new Promise(resolve => {
    writeNow(path, value)
    resolve()
  })
}

/** At once, too: the threads of the pool may all be held by a disk that hangs. */
function writeNow(path: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/${path}`, value)
  } catch (error) {
    throw new Error(`cannot write ${value} to /proc/sys/${path}: ${explain(error)}`, { cause: error })
  }
}

/** Whether the file system that holds all settings is mounted read-only, as in most containers. */
export async function isProcSysReadOnly(): Promise<boolean> {
  return access("/proc/sys/net/ipv4/ip_forward", constants.W_OK).then(
    () => false,
    (error: unknown) => codeOf(error) === "EROFS",
  )
}

function explain(error: unknown): string {
  const code = codeOf(error)
  if (code === "EROFS")
    return "/proc/sys is read-only here (in a container: run it privileged, or set this from outside)"
  if (code === "EACCES" || code === "EPERM")
    return "not permitted: this needs root, or CAP_NET_ADMIN in this network namespace"
  if (code === "ENOENT") return "there is no such setting: the interface or the kernel's feature is missing"
  return error instanceof Error ? error.message : String(error)
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined
}
