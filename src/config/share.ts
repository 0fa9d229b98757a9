import type { Endpoint, StoreAddress } from "../core/share-config.ts"
import { expected } from "./problems.ts"
import { secret } from "./secret.ts"
import { absolutePath, name } from "./strings.ts"
import { duration, list, mapping, wholeNumber } from "./values.ts"
import { z } from "zod"

const HOUR = 3_600_000
const REDIS_PORT = 6379
const SENTINEL_PORT = 26_379
const LONGEST_PATH = 1024

/** A name of DNS or an address: what a resolver takes, and nothing that reads as anything else. */
const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]{2,45}$/
const PORT = wholeNumber(1, 65_535)

const host = z
  .string({ error: expected("a host name or an address") })
  .regex(HOST)
  .meta({ title: "a host name or an address" })

const HOST_AND_PORT = "a host and a port, such as redis-1.lan:6379, or { host: …, port: … }"

function endpoint(port: number) {
  const written = z.string().transform((text, ctx): Endpoint => {
    const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::([1-9]\d{0,4}))?$/.exec(text) ?? []
    const found = { host: bracketed ?? plain ?? "", port: digits === undefined ? port : Number(digits) }
    if (HOST.test(found.host) && found.port <= 65_535) return found
    ctx.addIssue(expected(HOST_AND_PORT)({ input: text }))
    return z.NEVER
  })
  const split = mapping({ host, port: PORT.default(port) }, HOST_AND_PORT)
  return z.union([written, split], { error: expected(HOST_AND_PORT) }).meta({ title: HOST_AND_PORT })
}

const URL_RULE = "an address such as redis://HOST:6379, rediss://HOST:6379 (TLS) or unix:///run/redis/redis.sock"

interface Located {
  readonly store: StoreAddress
  readonly isEncrypted: boolean
  readonly username: string | null
  readonly password: string | null
  readonly db: number
}

/** The password part may be `${NAME}`: it is put in after the address was taken apart, so it needs no escaping. */
const url = z
  .string({ error: () => `expected ${URL_RULE}` })
  .transform((text, ctx): Located => {
    const located = URL.canParse(text) ? locate(new URL(text)) : null
    if (located !== null) return located
    // What was found is not repeated: it may hold a password.
    ctx.addIssue(`found an address that cannot be used, expected ${URL_RULE}`)
    return z.NEVER
  })
  .meta({ title: "redis://HOST:6379, rediss://HOST:6379 (TLS) or unix:///PATH" })

function locate({ protocol, hostname, port, pathname, username, password, search, hash }: URL): Located | null {
  const login = { username: decoded(username), password: decoded(password) }
  // A variable where the name stands is a password that lacks its colon.
  if (search !== "" || hash !== "" || login.username?.includes("${")) return null
  if (protocol === "unix:" && hostname === "" && /^(\/[\w.@+=,~-]+)+$/.test(pathname))
    return { store: { kind: "socket", path: pathname }, isEncrypted: false, ...login, db: 0 }
  const bare = hostname.replace(/^\[(.*)\]$/, "$1")
  const [, db] = /^\/?(\d{0,5})$/.exec(pathname) ?? []
  if (!["redis:", "rediss:"].includes(protocol) || !HOST.test(bare) || db === undefined) return null
  const store = { kind: "single", host: bare, port: port === "" ? REDIS_PORT : Number(port) } as const
  return { store, isEncrypted: protocol === "rediss:", ...login, db: Number(db) }
}

function decoded(part: string): string | null {
  try {
    return part === "" ? null : decodeURIComponent(part)
  } catch {
    return part
  }
}

const file = absolutePath(LONGEST_PATH)

const tls = mapping({
  ca: file.optional().meta({ description: "authorities (PEM)", byDefault: "Node's own" }),
  cert: file.optional().meta({ description: "our certificate (PEM), with `key`", example: "/etc/evenkeel/cert.pem" }),
  key: file.optional().meta({ description: "its key (PEM)", example: "/etc/evenkeel/key.pem" }),
  serverName: host
    .optional()
    .meta({ description: "the name that Redis' certificate bears", example: "redis.internal" }),
})

/** `share`: where Redis is (one of three ways), who we are to it, and what is shared. Secrets are still as they were written. */
export const share = mapping({
  redis: url.optional().meta({
    description: "one server; this, `sentinels` or `cluster`",
    example: "redis://evenkeel:${REDIS_PASSWORD}@10.0.0.5",
  }),
  sentinels: list(endpoint(SENTINEL_PORT), 1, 16, "sentinels")
    .optional()
    .meta({ description: "who knows the master, with `name`", example: ["10.0.0.5", "10.0.0.6:26379"] }),
  name: name.optional().meta({ description: "what the sentinels call the master", example: "mymaster" }),
  cluster: list(endpoint(REDIS_PORT), 1, 64, "nodes")
    .optional()
    .meta({ description: "nodes to begin with", example: ["10.0.0.5:6379"] }),
  db: wholeNumber(0, 99_999).optional().meta({ description: "database, where `redis` does not say", byDefault: "`0`" }),
  username: name.optional().meta({ description: "where `redis` does not say", example: "evenkeel" }),
  password: secret.optional().meta({ description: "where `redis` does not say", example: "${REDIS_PASSWORD}" }),
  passwordFile: file
    .optional()
    .meta({ description: "a file that holds the password", example: "/etc/evenkeel/redis-password" }),
  sentinelPassword: secret.optional().meta({ description: "of the sentinels", example: "${SENTINEL_PASSWORD}" }),
  tls: tls.optional().describe("with `rediss://`; for sentinels and clusters its presence means TLS"),
  prefix: name.default("evenkeel").describe("what all keys in Redis begin with"),
  ttl: duration(2000, HOUR).prefault("15s").describe("a router that was not heard of for so long is unknown"),
  follow: name.optional().meta({
    description: "links with a `line` and no probes of their own are as that router sees their line",
    example: "rtr-a",
  }),
  sites: list(name, 0, 32, "sites")
    .default([])
    .meta({ description: "other sites whose routers are shown", example: ["office"] }),
}).describe("Redis, by which routers know of each other's links")

export type ShareDocument = z.output<typeof share>
