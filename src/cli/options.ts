import { hostname } from "node:os"
import type { Argv } from "yargs"
import { loadConfig, loadStateDir, loadText, type Loaded, type LoadResult } from "../config/load.ts"
import type { Host } from "../config/parse.ts"
import { formatProblems } from "../config/problems.ts"
import { DEFAULT_STATE_DIR } from "../config/schema.ts"
import type { Config } from "../core/config.ts"
import { readTakenConfig } from "../journal/taken-config.ts"
import { stateDirectoryIn } from "../system/service-manager.ts"
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
  return (await load(file, null)).config
}

/**
 * For commands that ask the agent, who has the networks of sets: none is read from a file. While the file is wrong the agent
 * goes on by what it took last, so they are sent there by that, and standard error says so. @throws BadConfig
 */
export function readConfigWithoutSets(file: string): Promise<Config> {
  return readAsTheAgent(file, { withSets: false })
}

/** The same for those who need the networks of sets to know what to ask for. @throws BadConfig */
export async function readAsTheAgent(file: string, what = { withSets: true }): Promise<Config> {
  try {
    return (await load(file, null, what)).config
  } catch (error) {
    const taken = await loadTaken(file, null, what)
    if (!(error instanceof BadConfig) || taken === null) throw error
    warn(`${error.message}\nAsking by this file as the agent last took it.`)
    return taken.config
  }
}

/** With its secrets. @throws BadConfig with every problem at once. */
export async function readWholeConfig(file: string): Promise<Config> {
  return (await load(file, process.env)).config
}

/** With its secrets, and its text. @throws BadConfig with every problem at once. */
export async function readConfigToRun(file: string): Promise<Loaded> {
  return load(file, process.env)
}

type Environment = NonNullable<Host["environment"]> | null

async function load(file: string, environment: Environment, what = { withSets: true }): Promise<Loaded> {
  const result = await loadConfig(file, { hostname: hostname(), environment }, what)
  if (!result.ok) throw new BadConfig(file, result.problems)
  return result
}

/**
 * This file as an agent last took it: the last resort, so that secrets that are gone since are done without. Null: none did, or this program takes it no more, and standard error says why.
 */
export async function loadTaken(
  file: string,
  environment: Environment,
  what = { withSets: true },
): Promise<Extract<LoadResult, Loaded> | null> {
  const text = await findTaken(file)
  if (text === null) return null
  const result = await loadText(text, { hostname: hostname(), environment, isFrugal: true }, what)
  if (result.ok) return result
  warn(formatProblems(`${file} as the agent last took it`, result.problems))
  return null
}

/** Where the file says, or where the service keeps its state: a file that is gone or empty says nothing. */
async function findTaken(file: string): Promise<string | null> {
  const places = [await loadStateDir(file), stateDirectoryIn(process.env) ?? DEFAULT_STATE_DIR]
  for (const directory of new Set(places)) {
    const text = await readTakenConfig(directory, file, warn)
    if (text !== null) return text
  }
  return null
}

function warn(text: string): void {
  process.stderr.write(`${text}\n`)
}
