import type { CommandModule } from "yargs"
import { loadConfig } from "../config/load.ts"
import type { ParseResult } from "../config/parse.ts"
import type { Config } from "../core/config.ts"
import { minimalAcl } from "../share/acl.ts"
import { worstDetection, type WorstDetection } from "../core/worst-case.ts"
import { hostname } from "node:os"
import { alertRows } from "./alerts-text.ts"
import { BadConfig, endInWords } from "./failure.ts"
import { policyRows } from "./policies-text.ts"
import { millis } from "../core/figures.ts"
import { columns, openScreen, type Screen } from "./format.ts"
import { nameTrouble } from "./name-service.ts"
import { withJson, type Options, type PrintOptions } from "./options.ts"
import { storeText } from "./store-text.ts"
import { webRows } from "./web-text.ts"

type Good = Extract<ParseResult, { readonly ok: true }>

interface CheckOptions extends PrintOptions {
  readonly online: boolean
}

export const check: CommandModule<Options, CheckOptions> = {
  command: "check",
  describe: "validate the configuration; how fast it detects a dead link",
  builder: yargs =>
    withJson(yargs).option("online", {
      type: "boolean",
      default: false,
      describe: "also whether Redis answers and allows what sharing needs",
    }),
  handler: async ({ config: file, json, online }) => {
    const screen = openScreen()
    const result = await loadConfig(file, { hostname: hostname(), environment: process.env })
    if (json && !online) screen.print(JSON.stringify(reportOf(result)))
    if (!result.ok) {
      if (json) process.exitCode = 2
      else throw new BadConfig(file, result.problems)
      return
    }
    if (!json) screen.print(describe(file, result.config))
    if (online) await checkStore(screen, result, json)
  },
}

/** Exit code 1 where something that sharing needs cannot be had. */
async function checkStore(screen: Screen, result: Good, json: boolean): Promise<void> {
  const { share, site, router } = result.config
  endInWords()
  const { tryStore } = await import("../share/trial.ts")
  const trials = share === null ? [] : await tryStore(share, site, router)
  if (json) screen.print(JSON.stringify({ ...reportOf(result), online: trials, acl: share && minimalAcl(share, site) }))
  else screen.print(storeText(result.config, trials, screen.colors))
  if (trials.some(({ error }) => error !== null)) process.exitCode = 1
}

function reportOf(result: ParseResult) {
  return {
    ok: result.ok,
    problems: result.ok ? [] : result.problems,
    worstDetectionMs: result.ok ? worstDetection(result.config) : null,
  }
}

function describe(file: string, config: Config): string {
  const worst = worstDetection(config)
  const trouble = nameTrouble(config)
  const facts = columns([
    ["links", config.links.map(link => `${link.name} (${link.interface})`).join(", ")],
    ...policyRows(config),
    ...alertRows(config),
    ["down detected", detectionText(worst)],
    ...onTop(worst).map(text => ["", text]),
    ["back in use", `${millis(config.health.upAfterMs)} after its answers resume`],
    ...webRows(config),
    ...(trouble === null ? [] : [["name server", trouble]]),
  ])
  return `${file} is good.\n${facts}`
}

function detectionText({ fastLineMs, slowLineMs, fastRttMs }: WorstDetection): string {
  if (fastLineMs === slowLineMs) return `at most ${millis(fastLineMs)}`
  return `at most ${millis(fastLineMs)} on a line with up to ${fastRttMs} ms RTT, ${millis(slowLineMs)} on the slowest`
}

function onTop({ deadTargetMs, busyLineMs }: WorstDetection): readonly string[] {
  const dead = `${millis(deadTargetMs)} more while a target is dead`
  const busy = `up to ${millis(busyLineMs)} more while users' connections over it still get on`
  return deadTargetMs === 0 ? [busy] : [dead, busy]
}
