import { z } from "zod"
import { alerts } from "./alerts.ts"
import { address, address6 } from "./address.ts"
import { translation6 } from "./nat6.ts"
import { probe } from "./probe.ts"
import { policies } from "./policy.ts"
import { expected } from "./problems.ts"
import { sets } from "./sets.ts"
import { absolutePath, interfaceName, name } from "./strings.ts"
import { share } from "./share.ts"
import { web } from "./web.ts"
import { duration, flag, list, mapping, oneOf, ratio, wholeNumber } from "./values.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const UINT32_MAX = 0xffff_ffff

/** sun_path holds 108 bytes with its final NUL: unix(7). */
const LONGEST_SOCKET = 107
const LONGEST_DIRECTORY = 1024

const link = mapping(
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

const health = mapping({
  // More than 20 probes a second would be a load of their own on a slow uplink; fewer than one a minute is no watching.
  interval: duration(50, MINUTE)
    .prefault("500ms")
    .describe("pace of each link's probes, spread over its targets; a suspicion is settled faster"),
  timeout: duration(10, MINUTE, "auto")
    .prefault("auto")
    .describe("when a probe counts as missed; `auto`: from the measured RTT (50 ms to 2 s)"),
  // Below 100 ms, ordinary queueing on a busy uplink would look like an outage.
  downAfter: duration(100, HOUR)
    .prefault("1s")
    .describe("this long without an answer, confirmed by a burst of probes, is down; at least `interval`"),
  upAfter: duration(0, 24 * HOUR)
    .prefault("10s")
    .describe("this long with answers, and a dead link carries again: a tenth of its share at first"),
  quorum: wholeNumber(1, 32).default(1).describe("distinct targets that must answer, in each family"),
  degraded: mapping({
    loss: ratio(1, 90).prefault("20%").describe("more lost probes than this, proven by two targets"),
    rtt: duration(1, 30 * SECOND)
      .prefault("300ms")
      .describe("slower than this, and than twice the line's own RTT"),
    // 0 would take it out of service, which is what "down" is for.
    share: ratio(1, 100).prefault("50%").describe("what is left of its weight for new flows"),
  })
    .prefault({})
    .describe("a link that answers, but loses or delays too much, gets a part of its weight"),
  damping: mapping({
    halfLife: duration(SECOND, 24 * HOUR)
      .prefault("5m")
      .describe("in which half of its points are forgotten"),
    suppress: wholeNumber(1, 100).default(3).describe("from so many points on it gets no new flows"),
    reuse: wholeNumber(1, 100).default(1).describe("at so few it does again; less than `suppress`"),
  })
    .prefault({})
    .describe("a link that keeps going down stays out: one point each time"),
})

const stickiness = duration(SECOND, 24 * HOUR)
const sticky = mapping({
  by: oneOf("source").default("source").describe("what is remembered: the LAN host"),
  for: stickiness.meta({ description: "forgotten when it has begun no flow for so long", example: "10m" }),
})

/** Where an agent keeps what outlives it, unless told otherwise. */
export const DEFAULT_STATE_DIR = "/var/lib/evenkeel"

/** The configuration file, key by key. What one key allows in the light of another is in rules.ts. */
export const document = mapping({
  // The host name: parse.ts.
  router: name.optional().meta({
    description: "this router's name, in the journal and to other routers",
    byDefault: "the host name",
    example: "rtr-a",
  }),
  site: name.default("default").describe("routers of one site know of each other's links (share)"),
  stateDir: absolutePath(LONGEST_DIRECTORY)
    .default(DEFAULT_STATE_DIR)
    .describe("journal, last state, and what was there before the first `apply`"),
  socket: absolutePath(LONGEST_SOCKET)
    .default("/run/evenkeel/control.sock")
    .describe("where commands reach the agent: `status`, `explain`, `drain` and so on"),
  lan: list(interfaceName, 0, 256, "interfaces").meta({
    description: "interfaces whose flows are balanced; `[]`: a host that balances only its own",
    example: ["eth2"],
  }),
  markMask: wholeNumber(1, UINT32_MAX)
    .default(0xff)
    .meta({ description: "the only mark bits evenkeel reads or writes", byDefault: "`0xff`" }),
  routerTraffic: oneOf("balance", "leave")
    .default("balance")
    .describe("`leave`: the router's own flows follow the main table"),
  allDown: oneOf("keep", "stop marking", "unreachable")
    .default("keep")
    .describe("with no link left: `keep` the last split, leave new flows to the main table, or refuse them"),
  links: list(link, 1, 64, "links").describe("the uplinks"),
  probes: list(probe, 0, 32, "probes")
    .optional()
    .meta({
      description: "whom to ask through every link; two or more, by different owners",
      byDefault: "required where a link has none of its own",
      example: [{ icmp: "1.1.1.1" }, { tcp: "8.8.8.8:53" }],
    }),
  health: health.prefault({}).describe("when a link is down, back, or carries less"),
  policies: policies.prefault([]),
  sets: sets.prefault({}),
  sticky: z
    .union([z.literal("off"), sticky], { error: expected("off or { by: source, for: DURATION }") })
    .prefault("off")
    .meta({
      title: "off or { by: source, for: DURATION }",
      description: "a LAN host keeps the link that its last new flow drew",
      example: { by: "source", for: "10m" },
    }),
  share: share.optional(),
  alerts: alerts.default([]).describe("who is told of what: docs/alerts.md"),
  web: web.optional().describe("page, API and metrics: none without"),
  log: mapping({
    level: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent")
      .default("info")
      .describe("the least serious of what it says; the journal of events is apart from it"),
  })
    .prefault({})
    .describe("what the agent says on its standard output"),
})

export type Document = z.output<typeof document>
