import { z } from "zod"
import { alerts } from "./alerts.ts"
import { health } from "./health.ts"
import { link } from "./link.ts"
import { probe } from "./probe.ts"
import { policies } from "./policy.ts"
import { expected } from "./problems.ts"
import { sets } from "./sets.ts"
import { absolutePath, interfaceName, name } from "./strings.ts"
import { share } from "./share.ts"
import { web } from "./web.ts"
import { duration, list, mapping, oneOf, UINT32_MAX, wholeNumber } from "./values.ts"

const SECOND = 1000
const DAY = 86_400 * SECOND

/** sun_path holds 108 bytes with its final NUL: unix(7). */
const LONGEST_SOCKET = 107
const LONGEST_DIRECTORY = 1024

const stickiness = duration(SECOND, DAY)
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
