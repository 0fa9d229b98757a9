import { z } from "zod"
import type { Interface } from "../core/kernel.ts"
import { readJson } from "./read-json.ts"

const address = z.object({
  family: z.string(),
  local: z.string().optional(),
  prefixlen: z.number(),
  scope: z.string(),
  secondary: z.boolean().default(false),
  deprecated: z.boolean().default(false),
})

const schema = z.array(
  z.object({ ifindex: z.number(), ifname: z.string(), flags: z.array(z.string()), addr_info: z.array(address) }),
)

/** Every interface of this network namespace (`ip -j addr`). */
export async function readInterfaces(): Promise<readonly Interface[]> {
  return (await readJson("ip", ["-j", "addr"], schema)).map(toInterface)
}

function toInterface({ ifindex, ifname, flags, addr_info }: z.infer<typeof schema>[number]): Interface {
  return { index: ifindex, name: ifname, flags, addresses: globalAddresses(addr_info) }
}

/** The preferred one first: the kernel takes a primary address as the source before a secondary or deprecated one. */
function globalAddresses(addresses: readonly z.infer<typeof address>[]): Interface["addresses"] {
  return addresses
    .filter(({ family, scope }) => family === "inet" && scope === "global")
    .sort((a, b) => Number(a.deprecated) - Number(b.deprecated) || Number(a.secondary) - Number(b.secondary))
    .flatMap(({ local, prefixlen }) => (local === undefined ? [] : [{ address: local, prefixLength: prefixlen }]))
}
