import { z } from "zod"
import type { NftRuleset } from "../core/diagnose/checkup.ts"
import { readJson } from "./read-json.ts"
import { RunError } from "./run-error.ts"

const place = { family: z.string(), table: z.string() }

const schema = z.object({
  nftables: z.array(
    z.object({
      rule: z.object({ ...place, chain: z.string(), handle: z.number(), expr: z.array(z.unknown()) }).optional(),
      flowtable: z
        .object({ ...place, name: z.string(), dev: z.union([z.string(), z.array(z.string())]).default([]) })
        .optional(),
      table: z.object({ family: z.string(), name: z.string() }).optional(),
    }),
  ),
})

/**
 * What `nft` shows of the router, iptables' own tables included. `-t` leaves out the elements of sets, of which there may
 * be hundreds of thousands. Null: nft(8) is not installed, or is not allowed to look.
 */
export async function readNftRuleset(): Promise<NftRuleset | null> {
  try {
    const { nftables } = await readJson("nft", ["-j", "-t", "list", "ruleset"], schema)
    return {
      tables: nftables.flatMap(({ table }) => table ?? []),
      rules: nftables.flatMap(({ rule }) => rule ?? []),
      flowtables: nftables.flatMap(({ flowtable }) =>
        flowtable === undefined ? [] : { ...flowtable, devices: [flowtable.dev].flat() },
      ),
    }
  } catch (error) {
    if (error instanceof RunError) return null
    throw error
  }
}
