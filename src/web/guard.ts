import { createHash, timingSafeEqual } from "node:crypto"
import { isIP } from "node:net"
import { Refusal } from "./refusal.ts"

/** What is asked of a request before anything else. Each throws a Refusal, or does nothing. */
export interface Guard {
  /** `localAddress`: where the connection came in. */
  readonly host: (host: string | undefined, localAddress: string | undefined) => void
  readonly origin: (origin: string | undefined, host: string | undefined) => void
  /** For what changes something. */
  readonly token: (authorization: string | undefined) => void
  /** Whether these are the words of somebody who may steer; without any, nobody is wrong. */
  readonly canSteer: (authorization: string | undefined) => boolean
}

interface Rights {
  /** Of `web.listen`. */
  readonly address: string
  /** Of `web.hosts`. */
  readonly hosts: readonly string[]
  readonly token: string | null
}

export function createGuard({ address, hosts, token }: Rights): Guard {
  const names = new Set(["localhost", address, ...hosts])
  const isRight = tokenTest(token)

  const canSteer = (authorization: string | undefined) => {
    if (authorization === undefined) return false
    if (token === null)
      throw new Refusal(401, "this agent has no token, so nobody may steer by the page: set web.token")
    if (isRight(authorization)) return true
    throw new Refusal(
      401,
      "this is not the token: send Authorization: Bearer TOKEN, with web.token of the configuration",
    )
  }
  return {
    host: (host, localAddress) => {
      const name = nameIn(host)
      if (names.has(name) || isLoopback(name) || name === unmapped(localAddress)) return
      throw new Refusal(
        421,
        "this agent does not go by that name: ask for its address, or add the name to web.hosts in the configuration",
      )
    },
    origin: (origin, host) => {
      if (origin === undefined || (host !== undefined && authorityOf(origin) === authorityOf(`http://${host}`))) return
      throw new Refusal(403, "this comes from a page of another origin: only the agent's own page may steer")
    },
    token: authorization => {
      if (token === null)
        throw new Refusal(
          403,
          "this agent only shows: set web.token in the configuration to steer by the page or the API",
        )
      if (!canSteer(authorization))
        throw new Refusal(401, "send Authorization: Bearer TOKEN, with web.token of the configuration")
    },
    canSteer,
  }
}

/** As long for one that is nearly right as for one that is wrong from its first letter, whatever their lengths. */
function tokenTest(token: string | null): (authorization: string) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  const wanted = digest(token ?? "")
  return authorization => {
    const [, given = ""] = /^Bearer +(\S.*)$/i.exec(authorization) ?? []
    return timingSafeEqual(digest(given), wanted) && token !== null
  }
}

/** Without its port, and an IPv6 address without its brackets. What is no host is no name that anything goes by. */
function nameIn(host: string | undefined): string {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([^:[\]/@\s]+?)\.?)(?::\d{1,5})?$/i.exec(host ?? "") ?? []
  return (bracketed === undefined ? (plain ?? "") : canonical6(bracketed)).toLowerCase()
}

/** As `URL` writes it, which is as RFC 5952 does. */
function canonical6(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : ""
}

/** By a literal address no name server can lead a browser here. */
function isLoopback(name: string): boolean {
  return name === "::1" || (isIP(name) === 4 && name.startsWith("127."))
}

/** An IPv4 client of a socket that takes both families. */
function unmapped(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/, "")
}

/** Null: it is none, such as the `null` of a sandboxed frame. */
function authorityOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
