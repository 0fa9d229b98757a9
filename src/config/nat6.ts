import type { Nat } from "../core/config.ts"
import { address6, prefix6 } from "./address.ts"
import { mapping } from "./values.ts"

/** `snat`, or NPTv6: `prefix` is what the provider routes to us, `inside` what the LAN has. */
export const translation6 = mapping({
  snat: address6().optional().meta({ description: "one address for all", example: "2001:db8:2::5" }),
  prefix: prefix6.optional().meta({ description: "what the provider routes to us", example: "2001:db8:2::/56" }),
  inside: prefix6.optional().meta({ description: "what the LAN has, of the same length", example: "fd00:10::/56" }),
})
  .superRefine((given, ctx) => {
    const found = unfit(given)
    if (found !== undefined) ctx.addIssue({ code: "custom", ...found })
  })
  .transform(({ snat, prefix = "", inside = null }): Exclude<Nat, string> =>
    snat === undefined ? { prefix, inside } : { snat },
  )

interface Given {
  readonly snat?: string | undefined
  readonly prefix?: string | undefined
  readonly inside?: string | undefined
}

/** What is wrong with them together, and where. */
function unfit({ snat, prefix, inside }: Given): { readonly path: string[]; readonly message: string } | undefined {
  if ((snat === undefined) === (prefix === undefined))
    return { path: [], message: "expected either snat: ADDRESS or prefix: PREFIX" }
  const message = prefix === undefined || inside === undefined ? undefined : unfitInside(prefix, inside)
  if (message !== undefined) return { path: ["inside"], message }
  return snat === undefined || inside === undefined ? undefined : { path: ["inside"], message: "goes with prefix only" }
}

function unfitInside(prefix: string, inside: string): string | undefined {
  if (inside === prefix)
    return `found ${inside}, which is prefix itself; where the LAN has the provider's own, write nat6: none`
  const length = prefix.split("/")[1]
  if (inside.split("/")[1] === length) return undefined
  return `found ${inside}, expected /${length}, the length of prefix: host for host, each has to have a partner`
}
