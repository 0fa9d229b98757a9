import { stringify } from "yaml"
import type { Mapping } from "../../config/yaml.ts"
import type { Config } from "../../core/config.ts"
import { placesOf } from "../agent.ts"
import type { LabProbe } from "../answers.ts"
import type { Lab } from "../lab.ts"
import { standIns, inWords } from "./stand-in.ts"

/** They lead out of the lab, or have their own place in it. */
const LEFT_OUT = ["stateDir", "socket", "share", "alerts", "web", "log"] as const

/** A user's configuration: as it was written, and as it was understood. */
export interface Original {
  readonly file: string
  readonly written: Mapping
  readonly config: Config
}

/** Keys of the user's file that the lab does without. */
export function leftOut({ written }: Original): readonly string[] {
  return LEFT_OUT.filter(key => Object.hasOwn(written, key))
}

/** Links that no probe of this router judges, which a lab without the others cannot rehearse. */
export function followedLinks({ links }: Config): readonly string[] {
  return links.filter(({ probes }) => probes.length === 0).map(({ name }) => name)
}

/** What is rehearsed: the user's configuration in IPv4, without the links that only other routers judge. */
export function rehearsed(config: Config): Config {
  const followed = followedLinks(config)
  const links = config.links.filter(({ name }) => !followed.includes(name))
  return { ...config, links: links.map(link => ({ ...link, gateway6: "off", probes: standIns(link.probes) })) }
}

/** What is asked of links in the lab. */
export function labProbes({ links }: Config): readonly LabProbe[] {
  return links.flatMap(({ probes }) => standIns(probes))
}

/**
 * The file for the lab's agent: what the user wrote, word for word, but for what is left out and who is asked.
 * @param config with the links that the lab has.
 */
export function copyFor(lab: Pick<Lab, "dir">, { written }: Pick<Original, "written">, config: Config): string {
  const probesOf = new Map(config.links.map(({ name, probes }) => [name, standIns(probes).map(inWords)]))
  const isLeftOut = (key: string) => key === "probes" || (LEFT_OUT as readonly string[]).includes(key)
  const kept = Object.entries(written).filter(([key]) => !isLeftOut(key))
  const links = (written["links"] as readonly Mapping[]).flatMap(link => {
    const probes = probesOf.get(String(link["name"]))
    return probes === undefined ? [] : [{ ...link, gateway6: "off", probes }]
  })
  return stringify({ ...Object.fromEntries(kept), router: config.router, ...placesOf(lab), links })
}
