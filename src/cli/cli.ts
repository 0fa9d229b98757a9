import yargs, { type Argv } from "yargs"
import { version } from "../version.ts"
import { apply } from "./apply.ts"
import { check } from "./check.ts"
import { demo } from "./demo.ts"
import { BadUsage } from "./failure.ts"
import type { Options } from "./options.ts"
import { plan } from "./plan.ts"
import { run, type StartAgent } from "./run.ts"
import { teardown } from "./teardown.ts"

/** The command line. Errors are thrown, so that one place turns them into words and exit codes. */
export function cli(words: readonly string[], start: StartAgent): Argv<Options> {
  return yargs([...words])
    .scriptName("evenkeel")
    .usage("$0 COMMAND [options]")
    .option("config", {
      alias: "c",
      type: "string",
      requiresArg: true,
      default: "/etc/evenkeel/evenkeel.yaml",
      describe: "configuration file",
    })
    .command(run(start))
    .command(check)
    .command(plan)
    .command(apply)
    .command(teardown)
    .command(demo)
    .demandCommand(1, 1, "say what to do: evenkeel --help lists the commands")
    .strict()
    .version(version)
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new BadUsage(`evenkeel: ${message ?? "bad usage"}`)
    })
}
