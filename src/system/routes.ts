import { z } from "zod"
import type { Family } from "../core/ip-family.ts"
import { mainTable, type Route } from "../core/kernel.ts"
import { readJson } from "./read-json.ts"

/** `-N`: an operator may have named table 101 in /etc/iproute2/rt_tables; `-d`: print the defaults too. */
const listing = ["-N", "-j", "-d", "route", "show", "table", "all"]

/** rtnetlink(7), rtm_type. */
const types = [
  "unspec",
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
]

const hop = {
  dev: z.string().optional(),
  gateway: z.string().optional(),
  via: z.object({ host: z.string() }).optional(),
  flags: z.array(z.string()).default([]),
}

const schema = z.array(
  z.object({
    ...hop,
    type: z.coerce.number().default(1),
    dst: z.string(),
    table: z.coerce.number().default(mainTable),
    protocol: z.coerce.number(),
    metric: z.number().default(0),
    nexthops: z.array(z.object(hop)).optional(),
  }),
)

/**
 * Routes of every table. `default` leaves out the others, which keeps a router with a full BGP table usable.
 * One call for all tables: `ip -j route show table 101` fails and prints broken JSON where the table does not exist.
 */
export async function readRoutes(family: Family, which: "default" | "all" = "default"): Promise<readonly Route[]> {
  const args = [`-${family}`, ...listing, ...(which === "all" ? [] : ["exact", "default"])]
  return (await readJson("ip", args, schema)).flatMap(toRoutes)
}

function toRoutes(listed: z.infer<typeof schema>[number]): readonly Route[] {
  const { type, dst, table, protocol, metric, nexthops } = listed
  return (nexthops ?? [listed]).map(({ dev, gateway, via, flags }) => ({
    type: types[type] ?? `type ${type}`,
    destination: dst,
    table,
    protocol,
    metric,
    device: dev ?? null,
    gateway: gateway ?? via?.host ?? null,
    flags,
    multipath: nexthops !== undefined,
  }))
}
