import { readFile } from "node:fs/promises"
import type { Rights } from "../core/rights.ts"

/** linux/capability.h */
const CAP_NET_ADMIN = 12n
const CAP_NET_RAW = 13n

/** Of this process (proc(5), `CapEff`). */
export async function readRights(): Promise<Rights> {
  return rightsIn(await readFile("/proc/self/status", "utf8"))
}

/** @throws Error when the text has no `CapEff` line. */
export function rightsIn(status: string): Rights {
  const digits = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  if (digits === undefined) throw new Error("/proc/self/status: no CapEff line")
  const held = (capability: bigint) => ((BigInt(`0x${digits}`) >> capability) & 1n) === 1n
  return { netAdmin: held(CAP_NET_ADMIN), netRaw: held(CAP_NET_RAW) }
}
