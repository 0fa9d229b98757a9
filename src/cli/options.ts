import { hostname } from "node:os"
import type { Argv } from "yargs"
import { loadConfig } from "../config/load.ts"
import type { Host } from "../config/parse.ts"
import type { Config } from "../core/config.ts"
import { BadConfig } from "./failure.ts"

/** What every command takes. */
export interface Options {
  readonly config: string
}

export interface PrintOptions extends Options {
  readonly json: boolean
}

export const withJson = <T>(yargs: Argv<T>) =>
  yargs.option("json", { type: "boolean", default: false, describe: "print JSON, for programs" })

/**
 * For commands that do not reach Redis: the service has its secrets from a file that whoever asks for its status need not
 * have. @throws BadConfig with every problem at once.
 */
export async function readConfig(file: string): Promise<Config> {
  return load(file, null)
}

/** For commands that ask the agent, who has the networks of sets: none is read from a file. @throws BadConfig */
export async function readConfigWithoutSets(file: string): Promise<Config> {
  return load(file, null, { withSets: false })
}

/** With its secrets. @throws BadConfig with every problem at once. */
export async function readWholeConfig(file: string): Promise<Config> {
  return load(file, process.env)
}

async function load(
  file: string,
  environment: NonNullable<Host["environment"]> | null,
  what = { withSets: true },
): Promise<Config> {
  const result = await loadConfig(file, { hostname: hostname(), environment }, what)
  if (!result.ok) throw new BadConfig(file, result.problems)
  return result.config
}
