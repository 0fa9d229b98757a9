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
    name,
    interface: interfaceName,
    mark: wholeNumber(1, UINT32_MAX),
    weight: wholeNumber(0, 10_000).default(1),
    tier: wholeNumber(1, 100).default(1),
    table: wholeNumber(1, UINT32_MAX).optional(),
    gateway: address("auto", "none").default("auto"),
    gateway6: address6("auto", "none", "off").default("auto"),
    nat: z
      .union([z.enum(["masquerade", "none"]), mapping({ snat: address() })], {
        error: expected("masquerade, none or { snat: ADDRESS }"),
      })
      .default("masquerade"),
    nat6: z
      .union([z.enum(["masquerade", "none"]), translation6], {
        error: expected("masquerade, none, { snat: ADDRESS } or { prefix: PREFIX, inside: PREFIX }"),
      })
      .optional(),
    onDown: oneOf("move", "hold").default("move"),
    metered: flag.default(false),
    /** The physical line, by the name that all routers of the site give it. */
    line: name.optional(),
    probes: list(probe, 0, 32, "probes").optional(),
  },
  "a link: a mapping with at least name, interface and mark",
).transform(link => ({
  ...link,
  table: link.table ?? 100 + link.mark,
  nat6: link.nat6 ?? (link.nat === "none" ? ("none" as const) : ("masquerade" as const)),
}))

const health = mapping({
  // More than 20 probes a second would be a load of their own on a slow uplink; fewer than one a minute is no watching.
  interval: duration(50, MINUTE).default(500),
  timeout: duration(10, MINUTE, "auto").default("auto"),
  // Below 100 ms, ordinary queueing on a busy uplink would look like an outage.
  downAfter: duration(100, HOUR).default(SECOND),
  upAfter: duration(0, 24 * HOUR).default(10 * SECOND),
  quorum: wholeNumber(1, 32).default(1),
  degraded: mapping({
    loss: ratio(1, 90).default(0.2),
    rtt: duration(1, 30 * SECOND).default(300),
    // 0 would take it out of service, which is what "down" is for.
    share: ratio(1, 100).default(0.5),
  }).prefault({}),
  damping: mapping({
    halfLife: duration(SECOND, 24 * HOUR).default(5 * MINUTE),
    suppress: wholeNumber(1, 100).default(3),
    reuse: wholeNumber(1, 100).default(1),
  }).prefault({}),
})

const stickiness = duration(SECOND, 24 * HOUR)
const sticky = mapping({ by: oneOf("source").default("source"), for: stickiness })

/** Where an agent keeps what outlives it, unless told otherwise. */
export const DEFAULT_STATE_DIR = "/var/lib/evenkeel"

/** The configuration file, key by key. What one key allows in the light of another is in rules.ts. */
export const document = mapping({
  /** Default: the host name (parse.ts). */
  router: name.optional(),
  site: name.default("default"),
  stateDir: absolutePath(LONGEST_DIRECTORY).default(DEFAULT_STATE_DIR),
  socket: absolutePath(LONGEST_SOCKET).default("/run/evenkeel/control.sock"),
  lan: list(interfaceName, 0, 256, "interfaces"),
  markMask: wholeNumber(1, UINT32_MAX).default(0xff),
  routerTraffic: oneOf("balance", "leave").default("balance"),
  allDown: oneOf("keep", "stop marking", "unreachable").default("keep"),
  links: list(link, 1, 64, "links"),
  probes: list(probe, 0, 32, "probes").optional(),
  health: health.prefault({}),
  policies: policies.default([]),
  sets: sets.default({}),
  sticky: z
    .union([z.literal("off"), sticky], { error: expected("off or { by: source, for: DURATION }") })
    .default("off"),
  share: share.optional(),
  alerts: alerts.default([]),
  web: web.optional(),
  log: mapping({
    level: oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent").default("info"),
  }).prefault({}),
})

export type Document = z.output<typeof document>
