import type { Family } from "./ip-family.ts"

/** `address` is an IPv4 address in dotted form, or an IPv6 address as RFC 5952 writes it. */
export type ProbeSpec =
  | { readonly kind: "icmp"; readonly address: string }
  | { readonly kind: "tcp"; readonly address: string; readonly port: number }
  | HttpSpec
  | DnsSpec

export interface HttpSpec {
  readonly kind: "http"
  /** `http:` or `https:`, without credentials and fragment. */
  readonly url: string
  /** Of the URL: a name, or an address without brackets. */
  readonly host: string
  /** The status to expect; null: any from 200 to 299. */
  readonly expect: number | null
  /** What the answer must contain; null: anything. */
  readonly body: string | null
  /** The version of IP to ask over: that of the URL's address, or chosen for its name. */
  readonly family: 4 | 6
  /** Whom to ask for the URL's name; null: the name servers of this router. */
  readonly resolver: NameServer | null
}

export interface NameServer {
  readonly address: string
  readonly port: number
}

/** The address and port are the name server's. */
export interface DnsSpec extends NameServer {
  readonly kind: "dns"
  readonly name: string
  readonly type: "A" | "AAAA"
  /** The address that must be among the answers; null: any answer will do. */
  readonly answer: string | null
}

/** The version of IP that a probe is sent over, and so whose health it tells of. */
export function familyOf(spec: ProbeSpec): Family {
  if (spec.kind === "http") return spec.family
  return spec.address.includes(":") ? 6 : 4
}

/** Whom a probe asks: an address or a name. */
export function hostOf(spec: ProbeSpec): string {
  return spec.kind === "http" ? spec.host : spec.address
}

/**
 * The name of a probe as people and programs see it, unique within a link: `icmp 1.1.1.1`, `tcp 8.8.8.8:53`,
 * `http https://example.com/`, `dns example.com @9.9.9.9`.
 */
export function probeName(spec: ProbeSpec): string {
  switch (spec.kind) {
    case "icmp":
      return `icmp ${spec.address}`
    case "tcp":
      return `tcp ${endpointName(spec)}`
    case "http":
      return `http ${spec.url}${spec.family === 6 && !spec.host.includes(":") ? " over IPv6" : ""}`
    case "dns":
      return `dns ${spec.name}${spec.type === "A" ? "" : ` ${spec.type}`} @${nameServerName(spec)}`
  }
}

export const DNS_PORT = 53

function nameServerName(server: NameServer): string {
  return server.port === DNS_PORT ? server.address : endpointName(server)
}

function endpointName({ address, port }: NameServer): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`
}
