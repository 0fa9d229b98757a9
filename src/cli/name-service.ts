import { isIP } from "node:net"
import { nameServers } from "../../probes/index.ts"
import type { Config } from "../core/config.ts"

/** Why the name of an http probe cannot be looked up from this router; null: it can, or there is none to look up. */
export function nameTrouble({ links }: Pick<Config, "links">, servers = nameServers()): string | null {
  if (servers.length > 0) return null
  const web = links.flatMap(({ probes }) => probes).filter(probe => probe.kind === "http")
  const first = web.find(({ host, resolver }) => resolver === null && isIP(host) === 0)
  if (first === undefined) return null
  return `/etc/resolv.conf names none beyond this router: give ${first.url} a resolver, such as resolver: 9.9.9.9`
}
