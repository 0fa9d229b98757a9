import { hostname } from "node:os"
import type { Argv } from "yargs"
import { loadConfig } from "../config/load.ts"
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

/** @throws BadConfig with every problem at once. */
export async function readConfig(file: string): Promise<Config> {
  const result = await loadConfig(file, { hostname: hostname(), environment: process.env })
  if (!result.ok) throw new BadConfig(file, result.problems)
  return result.config
}
