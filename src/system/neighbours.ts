import { z } from "zod"
import { readJson } from "./read-json.ts"

const schema = z.array(z.object({ dst: z.string(), dev: z.string(), state: z.array(z.string()).default([]) }))

/** The kernel's ARP table; `state` as ip-neighbour(8) names it: `REACHABLE`, `STALE`, `FAILED`, … */
export async function readNeighbours(): Promise<
  readonly { readonly address: string; readonly device: string; readonly state: string }[]
> {
  const entries = await readJson("ip", ["-4", "-j", "neigh", "show"], schema)
  return entries.map(({ dst, dev, state }) => ({ address: dst, device: dev, state: state[0] ?? "NONE" }))
}
