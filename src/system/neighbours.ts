import { z } from "zod"
import type { Family } from "../core/ip-family.ts"
import type { Neighbour } from "../core/diagnose/checkup.ts"
import { readJson } from "./read-json.ts"

const schema = z.array(z.object({ dst: z.string(), dev: z.string(), state: z.array(z.string()).default([]) }))

/** The kernel's ARP table, or that of ND; `state` as ip-neighbour(8) names it: `REACHABLE`, `STALE`, `FAILED`, … */
export async function readNeighbours(family: Family): Promise<readonly Neighbour[]> {
  const entries = await readJson("ip", [`-${family}`, "-j", "neigh", "show"], schema)
  return entries.map(({ dst, dev, state }) => ({ address: dst, device: dev, state: state[0] ?? "NONE" }))
}
