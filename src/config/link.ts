import { z } from "zod"
import { address, address6 } from "./address.ts"
import { translation6 } from "./nat6.ts"
import { probe } from "./probe.ts"
import { expected } from "./problems.ts"
import { interfaceName, name } from "./strings.ts"
import { flag, list, mapping, oneOf, UINT32_MAX, wholeNumber } from "./values.ts"

/** One of `links`. */
export const link = mapping(
  {
    name: name.meta({ description: "what commands, policies and events call it", example: "isp1" }),
    interface: interfaceName.meta({ description: "the uplink that it is; of one link only", example: "eth0" }),
    mark: wholeNumber(1, UINT32_MAX).meta({
      description: "what its flows bear: bits of markMask only, of one link only",
      example: 1,
    }),
    weight: wholeNumber(0, 10_000).default(1).describe("relative share of new flows; 0: none but what policies send"),
    tier: wholeNumber(1, 100)
      .default(1)
      .describe("a worse (higher) tier carries new flows only when no link of a better one can"),
    table: wholeNumber(1, UINT32_MAX).optional().meta({
      description: "routing table of its default route; not the kernel's 253 to 255",
      byDefault: "100 + `mark`",
    }),
    gateway: address("auto", "none")
      .default("auto")
      .describe("`auto`: as the DHCP or PPP client set it in the main table; `none`: point to point"),
    gateway6: address6("auto", "none", "off")
      .prefault("auto")
      .describe("`auto`: from router advertisements; `off`: no IPv6 over this link"),
    nat: z
      .union([z.enum(["masquerade", "none"]), mapping({ snat: address() })], {
        error: expected("masquerade, none or { snat: ADDRESS }"),
      })
      .default("masquerade")
      .meta({
        title: "masquerade, none or { snat: ADDRESS }",
        description: "source address of what leaves by it; `none`: unchanged, as where the provider translates",
      }),
    nat6: z
      .union([z.enum(["masquerade", "none"]), translation6], {
        error: expected("masquerade, none, { snat: ADDRESS } or { prefix: PREFIX, inside: PREFIX }"),
      })
      .optional()
      .meta({
        title: "masquerade, none, { snat: ADDRESS } or { prefix: PREFIX, inside: PREFIX }",
        description: "the same for IPv6; `prefix`: host for host into that prefix, with `inside` both ways",
        byDefault: "`none` where nat is, else `masquerade`",
      }),
    onDown: oneOf("move", "hold")
      .default("move")
      .describe("its open flows, when it dies: `move` to other links, or `hold` for its return"),
    metered: flag.default(false).describe("its flows move back when a better tier returns"),
    line: name
      .optional()
      .meta({ description: "the physical line, by the name that all routers of the site give it", example: "fibre-1" }),
    probes: list(probe, 0, 32, "probes").optional().meta({
      description: "whom to ask through this link; replaces the shared list",
      byDefault: "the shared `probes`",
    }),
  },
  "a link: a mapping with at least name, interface and mark",
).transform(link => ({
  ...link,
  table: link.table ?? 100 + link.mark,
  nat6: link.nat6 ?? (link.nat === "none" ? ("none" as const) : ("masquerade" as const)),
}))
