import { readFile } from "node:fs/promises"

/** linux/capability.h */
const CAP_NET_ADMIN = 12n
const CAP_NET_RAW = 13n

/** Which of the two capabilities that evenkeel needs this process holds (proc(5), `CapEff`). */
export async function readRights(): Promise<{ readonly netAdmin: boolean; readonly netRaw: boolean }> {
  return rightsIn(await readFile("/proc/self/status", "utf8"))
}

/** @throws Error when the text has no `CapEff` line. */
export function rightsIn(status: string): { readonly netAdmin: boolean; readonly netRaw: boolean } {
  const digits = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (digits === undefined) throw new Error("/proc/self/status: no CapEff line")
  const held = (capability: bigint) => ((BigInt(`0x${digits}`) >> capability) & 1n) === 1n
  return { netAdmin: held(CAP_NET_ADMIN), netRaw: held(CAP_NET_RAW) }
}
