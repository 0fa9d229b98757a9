import { resolve } from "node:path"
import type { CommandModule } from "yargs"
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
    const taken = error instanceof BadConfig ? await loadTaken(file, process.env) : null
    if (!(error instanceof BadConfig) || taken === null) throw error
    return asTaken(taken, error.problems.map(problemLine))
  }
}

type Taken = NonNullable<Awaited<ReturnType<typeof loadTaken>>>

function asTaken({ config, text, lacking }: Taken, problems: readonly string[]): Omit<Beginning, "file"> {
  const without = lacking.map(problem => `run without, as it was taken last: ${problemLine(problem)}`)
  return { config, text, problems: [...problems, ...without] }
}
