import { resolve } from "node:path"
import type { CommandModule } from "yargs"
import type { Loaded } from "../config/load.ts"
import { problemLine } from "../config/problems.ts"
import type { Beginning } from "../agent/beginning.ts"
import { BadConfig } from "./failure.ts"
import { loadTaken, readConfigToRun, type Options } from "./options.ts"

/** Runs the agent until it is told to stop. */
export type StartAgent = (beginning: Beginning) => Promise<void>

interface RunOptions extends Options {
  readonly "last-good": boolean
}

export const run = (start: StartAgent): CommandModule<Options, RunOptions> => ({
  command: "run",
  describe: "the agent: set up, then watch and fail over, in the foreground",
  builder: yargs =>
    yargs.option("last-good", {
      type: "boolean",
      default: false,
      describe: "where the configuration is wrong, run it as an agent last took it",
    }),
  handler: async ({ config, "last-good": lastGood }) => {
    const file = resolve(config)
    await start({ file, ...(lastGood ? await loadOrLastGood(file) : await loadAsItIs(file)) })
  },
})

async function loadAsItIs(file: string): Promise<Omit<Beginning, "file">> {
  return { ...(await readConfigToRun(file)), problems: [] }
}

/** @throws BadConfig where there is nothing good either. */
async function loadOrLastGood(file: string): Promise<Omit<Beginning, "file">> {
  try {
    return await loadAsItIs(file)
  } catch (error) {
    const taken = error instanceof BadConfig ? await loadLastGood(file) : null
    if (!(error instanceof BadConfig) || taken === null) throw error
    return { ...taken, problems: error.problems.map(problemLine) }
  }
}

/** Links are watched without the password of Redis, too, and without what a receiver of alerts asks for. */
async function loadLastGood(file: string): Promise<Loaded | null> {
  const environment = process.env
  return (await loadTaken(file, { environment })) ?? loadTaken(file, { environment, areSecretsNeeded: false })
}
