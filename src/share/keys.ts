/** Names in Redis (contract: Redis). `{prefix:site}` is a hash tag: all keys of a site are on one slot of a cluster. */
export interface Keys {
  /** State record of a router. */
  readonly record: (router: string) => string
  /** Stream of a router's journal. */
  readonly events: (router: string) => string
  /** Sorted set of the site's routers, by when (Redis' own clock) each last wrote its record. */
  readonly routers: string
  /** Channel of what happens, as it happens. */
  readonly changes: string
  /** For trying what the ACL allows. */
  readonly check: string
}

export function keysOf(prefix: string, site: string): Keys {
  const tag = `{${prefix}:${site}}`
  return {
    record: router => `${tag}:router:${router}`,
    events: router => `${tag}:events:${router}`,
    routers: `${tag}:routers`,
    changes: `${tag}:changes`,
    check: `${tag}:check`,
  }
}
