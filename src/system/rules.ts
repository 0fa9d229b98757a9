import { z } from "zod"
import type { Family } from "../core/ip-family.ts"
import type { Rule } from "../core/kernel.ts"
import { readJson } from "./read-json.ts"

const schema = z.array(
  z.looseObject({
    priority: z.number(),
    protocol: z.coerce.number(),
    src: z.string(),
    fwmark: z.coerce.number().optional(),
    fwmask: z.coerce.number().optional(),
    table: z.coerce.number().optional(),
    suppress_prefixlen: z.number().optional(),
  }),
)

/** Policy rules in the kernel's order. Not `ip rule show protocol 107`: iproute2 6.1 prints all rules all the same. */
export async function readRules(family: Family): Promise<readonly Rule[]> {
  return (await readJson("ip", [`-${family}`, "-N", "-j", "-d", "rule"], schema)).map(toRule)
}

function toRule(listed: z.infer<typeof schema>[number]): Rule {
  const { priority, protocol, src, fwmark, fwmask, table, suppress_prefixlen, ...rest } = listed
  return {
    priority,
    protocol,
    mark: fwmark ?? null,
    mask: fwmark === undefined ? null : (fwmask ?? 0xffffffff),
    table: table ?? null,
    suppressPrefixLength: suppress_prefixlen ?? null,
    others: [...(src === "all" ? [] : ["src"]), ...Object.keys(rest).filter(isCondition)],
  }
}

/** `iif_detached`: the interface that the rule names does not exist now; that is not part of the rule. */
function isCondition(key: string): boolean {
  return !["srclen", "dstlen", "iif_detached", "oif_detached"].includes(key)
}
