import type { ShareConfig } from "../core/share-config.ts"

/** Everything the agent sends, those of its scripts included. */
const COMMANDS = [
  "auth hello select ping eval evalsha",
  "set getrange del time xadd xrange xrevrange zadd zrevrange zremrangebyscore",
  "publish subscribe",
]
  .join(" ")
  .split(" ")

/** The least that Redis must allow its user, as redis-cli takes it: ACL SETUSER in redis.io/docs. */
export function minimalAcl({ prefix, sites, login, store }: ShareConfig, site: string): string {
  const tag = (name: string) => `{${prefix}:${name}}`
  const others = sites.flatMap(name => [`%R~${tag(name)}:*`, `&${tag(name)}:changes`])
  const own = [`~${tag(site)}:*`, `&${tag(site)}:*`]
  const commands = [...COMMANDS, ...(store.kind === "cluster" ? ["cluster|slots"] : [])].map(command => `+${command}`)
  const user = login.username ?? "evenkeel"
  return ["ACL SETUSER", user, "on '>PASSWORD' resetkeys resetchannels -@all", ...own, ...others, ...commands].join(" ")
}
