import type { Endpoint, ShareConfig } from "../core/share-config.ts"

/** Where Redis is, for people; never with a secret. */
export function storeName({ store, tls }: Pick<ShareConfig, "store" | "tls">): string {
  const places = (endpoints: readonly Endpoint[]) => endpoints.map(({ host, port }) => `${host}:${port}`).join(", ")
  switch (store.kind) {
    case "single":
      return `${tls === null ? "redis" : "rediss"}://${store.host}:${store.port}`
    case "socket":
      return `unix://${store.path}`
    case "sentinels":
      return `${store.name} of the sentinels ${places(store.sentinels)}`
    case "cluster":
      return `the cluster ${places(store.nodes)}`
  }
}
