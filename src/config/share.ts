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

const host = z.string({ error: expected("a host name or an address") }).regex(HOST)

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
  return z.union([written, split], { error: expected(HOST_AND_PORT) })
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
const url = z.string({ error: () => `expected ${URL_RULE}` }).transform((text, ctx): Located => {
  const located = URL.canParse(text) ? locate(new URL(text)) : null
  if (located !== null) return located
  // What was found is not repeated: it may hold a password.
  ctx.addIssue(`found an address that cannot be used, expected ${URL_RULE}`)
  return z.NEVER
})

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
  ca: file.optional(),
  cert: file.optional(),
  key: file.optional(),
  serverName: host.optional(),
})

/** `share`: where Redis is (one of three ways), who we are to it, and what is shared. Secrets are still as they were written. */
export const share = mapping({
  redis: url.optional(),
  sentinels: list(endpoint(SENTINEL_PORT), 1, 16, "sentinels").optional(),
  name: name.optional(),
  cluster: list(endpoint(REDIS_PORT), 1, 64, "nodes").optional(),
  db: wholeNumber(0, 99_999).optional(),
  username: name.optional(),
  password: secret.optional(),
  passwordFile: file.optional(),
  sentinelPassword: secret.optional(),
  tls: tls.optional(),
  prefix: name.default("evenkeel"),
  ttl: duration(2000, HOUR).default(15_000),
  follow: name.optional(),
  sites: list(name, 0, 32, "sites").default([]),
})

export type ShareDocument = z.output<typeof share>
