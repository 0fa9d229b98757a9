import type { Config } from "../core/config.ts"

/** A row of `check`: where the page is, and what it lets whom do. */
export function webRows({ web }: Pick<Config, "web">): readonly (readonly string[])[] {
  if (web === null) return []
  const { host, port } = web.listen
  const place = `http://${host.includes(":") ? `[${host}]` : host}:${port}/`
  const isLocal = host === "::1" || host.startsWith("127.")
  const who = isLocal ? "for this router alone" : "for whoever reaches that address"
  const steering = web.token === null ? "read only: it has no token" : "who has the token may steer"
  return [["page", `${place} ${who}, ${steering}`]]
}
