import { prefix6 } from "./address.ts"
import { mapping } from "./values.ts"

/** NPTv6: `prefix` is what the provider routes to us, `inside` what the LAN has. */
export const prefixNat = mapping({ prefix: prefix6, inside: prefix6.optional() })
  .superRefine(({ prefix, inside }, ctx) => {
    const message = inside === undefined ? undefined : unfitInside(prefix, inside)
    if (message !== undefined) ctx.addIssue({ code: "custom", path: ["inside"], message })
  })
  .transform(({ prefix, inside }) => ({ prefix, inside: inside ?? null }))

function unfitInside(prefix: string, inside: string): string | undefined {
  if (inside === prefix)
    return `found ${inside}, which is prefix itself; where the LAN has the provider's own, write `nat6: none``
  const length = prefix.split("/")[1]
  if (inside.split("/")[1] === length) return undefined
  return `found ${inside}, expected /${length}, the length of prefix: host for host, each has to have a partner`
}
