import koffi from "koffi"
import { run } from "../../../src/system/run.ts"

/** linux/sched.h */
const CLONE_NEWNET = 0x40000000

/**
 * Moves this process's main thread, and with it every program it starts and every socket it opens, into a new network
 * namespace of its own, so that test files can run side by side. Files under /proc/sys/net are another matter: libuv
 * opens them on threads that stay behind.
 */
export async function enterPrivateNetwork(): Promise<void> {
  const unshare = koffi.load(null).func("int unshare(int)") as (flags: number) => number
  if (unshare(CLONE_NEWNET) !== 0) throw new Error("unshare(CLONE_NEWNET) failed: this needs the lab's namespaces")
  await ip("link set lo up")
}

/** Runs `ip` with the words of one line. */
export async function ip(line: string): Promise<string> {
  return (await run("ip", line.split(" "))).stdout
}

/** Makes `wan`, with carrier and 192.0.2.10/24; its other end is `isp`. */
export async function addWan(): Promise<void> {
  await ip("link add wan type veth peer name isp")
  await ip("addr add 192.0.2.10/24 dev wan")
  await ip("link set isp up")
  await ip("link set wan up")
}
