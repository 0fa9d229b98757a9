import { nearest } from "../config/nearest.ts"
import type { Config, LinkConfig } from "../core/config.ts"
import { BadUsage } from "./failure.ts"

/** The link that the user named. @throws BadUsage that names those that there are. */
export function knownLink({ links }: Pick<Config, "links">, name: string | undefined): LinkConfig {
  const link = links.find(candidate => candidate.name === name)
  if (link !== undefined) return link
  const names = links.map(candidate => candidate.name)
  if (name === undefined) throw new BadUsage(`say which link: ${names.join(", ")}`)
  const meant = nearest(name, names)
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`
  throw new BadUsage(`there is no link ${JSON.stringify(name)}: the configuration has ${names.join(", ")}${hint}`)
}
