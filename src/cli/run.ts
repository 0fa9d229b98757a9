import { resolve } from "node:path"
import type { CommandModule } from "yargs"
import type { Config } from "../core/config.ts"
import { readWholeConfig, type Options } from "./options.ts"

/** Runs the agent until it is told to stop. */
export type StartAgent = (file: string, config: Config) => Promise<void>

export const run = (start: StartAgent): CommandModule<Options, Options> => ({
  command: "run",
  describe: "the agent: set up, then watch and fail over, in the foreground",
  handler: async ({ config: file }) => {
    await start(resolve(file), await readWholeConfig(file))
  },
})
