/** Where the state of this router is published, and whose is read. */
export interface ShareConfig {
  readonly store: StoreAddress
  readonly login: StoreLogin
  /** Null: not encrypted. */
  readonly tls: StoreTls | null
  /** In front of every key. */
  readonly prefix: string
  /** A router whose record was not renewed for so long is gone. */
  readonly ttlMs: number
  /** The router that decides for links of the same line that have no probes of their own; null: none. */
  readonly follow: string | null
  /** Other sites whose routers are shown. */
  readonly sites: readonly string[]
}

export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Where Redis is. */
export type StoreAddress =
  | ({ readonly kind: "single" } & Endpoint)
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "sentinels"; readonly sentinels: readonly Endpoint[]; readonly name: string }
  | { readonly kind: "cluster"; readonly nodes: readonly Endpoint[] }

/** A password is in `password` or in a file of its own, or there is none. `db` is 0 on a cluster. */
interface StoreLogin {
  readonly username: string | null
  readonly password: Secret | null
  readonly passwordFile: string | null
  readonly sentinelPassword: Secret | null
  readonly db: number
}

/** Paths of PEM files; null: the system's authorities, no certificate of our own, the name that is connected to. */
export interface StoreTls {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly serverName: string | null
}

/** Called for its text. Whatever prints or stringifies a configuration does not call it. */
export type Secret = () => string
