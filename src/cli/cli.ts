import yargs, { type Argv } from "yargs"
import { version } from "../version.ts"
import { alerts } from "./alerts.ts"
import { apply } from "./apply.ts"
import { check } from "./check.ts"
import { debug } from "./debug.ts"
import { demo } from "./demo.ts"
import { doctor } from "./doctor.ts"
import { drain, undrain } from "./drain.ts"
import { events } from "./events.ts"
import { explain } from "./explain.ts"
import { BadUsage } from "./failure.ts"
import { flows } from "./flows.ts"
import { overview, unlisted, type Group } from "./help.ts"
import { install } from "./install.ts"
import type { Options } from "./options.ts"
import { peers } from "./peers.ts"
import { pin } from "./pin.ts"
import { plan } from "./plan.ts"
import { rehearse } from "./rehearse.ts"
import { run, type StartAgent } from "./run.ts"
import { status } from "./status.ts"
import { teardown } from "./teardown.ts"
import { uninstall } from "./uninstall.ts"
import { watch } from "./watch.ts"
import { weight } from "./weight.ts"

/** The command line. Errors are thrown, so that one place turns them into words and exit codes. */
export function cli(words: readonly string[], start: StartAgent): Argv<Options> {
  const groups: readonly Group[] = [
    { title: "See how things are", commands: [status, watch, explain, events, flows, peers, alerts, debug, doctor] },
    { title: "Set up", commands: [check, plan, apply, teardown] },
    { title: "Steer by hand", commands: [drain, undrain, weight, pin] },
    { title: "Run", commands: [run(start), install, uninstall, rehearse, demo] },
  ]
  return groups
    .flatMap(({ commands }) => commands)
    .reduce((parser, command) => parser.command(unlisted(command)), parserFor(words, overview(groups)))
}

function parserFor(words: readonly string[], usage: string): Argv<Options> {
  return yargs([...words])
    .scriptName("evenkeel")
    .usage(usage)
    .option("config", {
      alias: "c",
      type: "string",
      requiresArg: true,
      default: "/etc/evenkeel/evenkeel.yaml",
      defaultDescription: "/etc/evenkeel/evenkeel.yaml",
      describe: "configuration",
      coerce: onlyOne,
    })
    .demandCommand(1, 1, "say what to do")
    .recommendCommands()
    .strict()
    .version(version)
    .alias("h", "help")
    .locale("en")
    .wrap(null)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error === undefined || error.name === "YError" ? badUsage(message ?? error?.message) : error
    })
}

/** An option that is given twice is a list. @throws BadUsage */
function onlyOne(file: string | readonly string[]): string {
  if (typeof file === "string") return file
  throw badUsage(`--config is given ${file.length} times: name one file`)
}

function badUsage(message = "bad usage"): BadUsage {
  const words = message.replace(/^Did you mean (.*)\?$/, "no such command; did you mean $1?")
  return new BadUsage(`${words}\nFind out more: evenkeel --help`)
}
