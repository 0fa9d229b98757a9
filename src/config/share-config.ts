import type { Secret, ShareConfig, StoreAddress, StoreTls } from "../core/share-config.ts"
import type { Problem } from "./problems.ts"
import { revealed, variableOf, type Environment } from "./secret.ts"
import type { ShareDocument } from "./share.ts"

/** Variables that secrets ask for and the environment does not have. */
export function secretProblems(share: ShareDocument | undefined, environment: Environment | null): Problem[] {
  if (environment === null) return []
  const written = [
    ["share.redis", share?.redis?.password],
    ["share.password", share?.password],
    ["share.sentinelPassword", share?.sentinelPassword],
  ] as const
  return written.flatMap(([path, text]) => {
    if (text == null || revealed(text, environment) !== undefined) return []
    const message = `\${${variableOf(text) ?? ""}} is not set in the environment of this command; set it (a service: EnvironmentFile=), or use passwordFile`
    return [{ path, message }]
  })
}

/** Every secret that is needed has been found: see `secretProblems`. */
export function shareConfig(share: ShareDocument, environment: Environment): ShareConfig {
  const { prefix, ttl, follow, sites, redis } = share
  return {
    store: storeOf(share),
    login: {
      username: share.username ?? redis?.username ?? null,
      password: secretOf(share.password ?? redis?.password, environment),
      passwordFile: share.passwordFile ?? null,
      sentinelPassword: secretOf(share.sentinelPassword, environment),
      db: redis?.db ?? share.db ?? 0,
    },
    tls: tlsOf(share),
    prefix,
    ttlMs: ttl,
    follow: follow ?? null,
    sites,
  }
}

/** The rules have seen to it that exactly one way is given (share-rules.ts). */
function storeOf({ redis, sentinels, name = "", cluster = [] }: ShareDocument): StoreAddress {
  if (redis !== undefined) return redis.store
  return sentinels === undefined ? { kind: "cluster", nodes: cluster } : { kind: "sentinels", sentinels, name }
}

function tlsOf({ tls, redis }: ShareDocument): StoreTls | null {
  if (tls === undefined && redis?.isEncrypted !== true) return null
  return { ca: tls?.ca ?? null, cert: tls?.cert ?? null, key: tls?.key ?? null, serverName: tls?.serverName ?? null }
}

function secretOf(written: string | null | undefined, environment: Environment): Secret | null {
  const text = written == null ? undefined : revealed(written, environment)
  return text === undefined ? null : () => text
}
