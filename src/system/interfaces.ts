import { z } from "zod"
import type { Family } from "../core/ip-family.ts"
import type { Interface } from "../core/kernel.ts"
import { readJson } from "./read-json.ts"

const address = z.object({
  family: z.string(),
  local: z.string().optional(),
  prefixlen: z.number(),
  scope: z.string(),
  secondary: z.boolean().default(false),
  deprecated: z.boolean().default(false),
  temporary: z.boolean().default(false),
  tentative: z.boolean().default(false),
})

const schema = z.array(
  z.object({ ifindex: z.number(), ifname: z.string(), flags: z.array(z.string()), addr_info: z.array(address) }),
)

/** Every interface of this network namespace (`ip -j addr`), with its addresses of one family. */
export async function readInterfaces(family: Family): Promise<readonly Interface[]> {
  return (await readJson("ip", ["-j", "addr"], schema)).map(listed => toInterface(listed, FAMILY[family]))
}

function toInterface({ ifindex, ifname, flags, addr_info }: z.infer<typeof schema>[number], family: string): Interface {
  const addresses = addr_info.filter(info => info.family === family)
  return { index: ifindex, name: ifname, flags, addresses: globalAddresses(addresses) }
}

const FAMILY = { 4: "inet", 6: "inet6" } as const

/**
 * The preferred one first: the kernel takes a primary address as the source before a secondary or deprecated one. One
 * that duplicate address detection has not cleared yet cannot be a source at all (RFC 4862), and a temporary one changes
 * from day to day (RFC 8981).
 */
function globalAddresses(addresses: readonly z.infer<typeof address>[]): Interface["addresses"] {
  const rank = ({ deprecated, secondary, temporary }: z.infer<typeof address>) =>
    Number(deprecated) * 2 + Number(secondary || temporary)
  return addresses
    .filter(({ scope, tentative }) => scope === "global" && !tentative)
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ local, prefixlen }) => (local === undefined ? [] : [{ address: local, prefixLength: prefixlen }]))
}
