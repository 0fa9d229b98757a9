import { readFile } from "node:fs/promises"
import type { CommandModule } from "yargs"
import { parseDuration } from "../config/duration.ts"
import { setFilesIn } from "../config/set-files.ts"
import { readYaml } from "../config/yaml.ts"
import type { Config } from "../core/config.ts"
import { insideLab, reenter } from "../lab/namespaces.ts"
import { choose, type Choice } from "../lab/rehearse/choose.ts"
import { rehearsed, type Original } from "../lab/rehearse/copy.ts"
import { rehearse as carryOut } from "../lab/rehearse/rehearse.ts"
import { SCENARIOS, type ScenarioName } from "../lab/rehearse/scenarios.ts"
import { BadUsage, Failure } from "./failure.ts"
import { openScreen, type Screen } from "./format.ts"
import { knownLink } from "./known-link.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { documentOf, type Document } from "./rehearse/document.ts"
import { closing, noticedLine, opening, tables } from "./rehearse/text.ts"

interface RehearseOptions extends PrintOptions {
  readonly link: readonly string[]
  readonly scenario: readonly ScenarioName[]
  readonly "max-outage": string | undefined
}

/** Exit code 1 when a limit was broken, or anything else did not go as it should. */
export const rehearse: CommandModule<Options, RehearseOptions> = {
  command: "rehearse",
  describe: "break each link in a lab: how long users are cut off",
  builder: yargs =>
    withJson(yargs)
      .option("link", {
        type: "string",
        array: true,
        requiresArg: true,
        default: [] as string[],
        defaultDescription: "all; of more than four the busiest three",
        describe: "break only these",
      })
      .option("scenario", {
        choices: SCENARIOS,
        array: true,
        requiresArg: true,
        default: [...SCENARIOS],
        defaultDescription: "all",
        describe: "what happens to them",
      })
      .option("max-outage", {
        type: "string",
        requiresArg: true,
        describe: "how long users may be cut off: 800ms, 3s",
      }),
  handler: async options => {
    const limitMs = limitOf(options)
    const original = await readOriginal(options.config)
    const choice = choiceOf(original, options)
    if (insideLab()) await perform(original, choice, limitMs, options.json)
    else process.exitCode = await reenter([process.execPath, ...process.argv.slice(1)], filesOf(original))
  },
}

async function readOriginal(file: string): Promise<Original> {
  const config = await readConfig(file)
  const yaml = readYaml(await readFile(file, "utf8"))
  if (!yaml.ok) throw new Failure(`${file} was changed while it was read: run it again`)
  return { file, config, written: yaml.mapping }
}

function filesOf({ file, written }: Original): readonly string[] {
  return [file, ...setFilesIn(written)]
}

/** @throws BadUsage, or Failure where nothing is left to rehearse. */
function choiceOf(original: Original, { link: names, scenario }: RehearseOptions): Choice {
  const config: Config = rehearsed(original.config)
  if (config.links.length === 0) throw new Failure("no link has probes of its own, so there is nothing to rehearse")
  const choice = choose(original, { links: names.map(name => knownLink(config, name).name), scenarios: scenario })
  if (choice.jobs.length === 0) throw new Failure(`there is nothing to rehearse:\n${choice.notes.join("\n")}`)
  return choice
}

/** Null: there is none. @throws BadUsage */
function limitOf({ "max-outage": maxOutage }: RehearseOptions): number | null {
  if (maxOutage === undefined) return null
  const limitMs = parseDuration(maxOutage)
  if (limitMs === undefined)
    throw new BadUsage(`--max-outage ${maxOutage}: expected a duration, such as 800ms, 3s or 1m`)
  return limitMs
}

async function perform(original: Original, choice: Choice, limitMs: number | null, json: boolean): Promise<void> {
  const screen = openScreen()
  const stage: Screen = json ? { ...screen, print: () => undefined } : screen
  stage.print(opening(screen, original, choice))
  const startMs = performance.now()
  const rehearsal = await carryOut(original, choice, (job, noticed, fault) => {
    stage.print(noticedLine(screen, (performance.now() - startMs) / 1000, job, noticed, fault))
  })
  const document: Document = documentOf(original, rehearsal, limitMs)
  if (json) screen.print(JSON.stringify(document))
  else screen.print(`\n${tables(screen, original.config, document)}\n\n${closing(screen, document)}`)
  if (!document.ok) process.exitCode = 1
}
