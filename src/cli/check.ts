import type { CommandModule } from "yargs"
import { loadConfig } from "../config/load.ts"
import type { Config } from "../core/config.ts"
import { worstDetection, type WorstDetection } from "../core/worst-case.ts"
import { hostname } from "node:os"
import { BadConfig } from "./failure.ts"
import { columns, millis, openScreen } from "./format.ts"
import { withJson, type Options, type PrintOptions } from "./options.ts"

export const check: CommandModule<Options, PrintOptions> = {
  command: "check",
  describe: "validate the configuration; how fast it detects a dead link",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const screen = openScreen()
    const result = await loadConfig(file, { hostname: hostname(), environment: process.env })
    if (json) screen.print(JSON.stringify(reportOf(result.ok ? result.config : null, result)))
    if (!result.ok) {
      if (json) process.exitCode = 2
      else throw new BadConfig(file, result.problems)
    } else if (!json) screen.print(describe(file, result.config))
  },
}

function reportOf(config: Config | null, result: Awaited<ReturnType<typeof loadConfig>>) {
  return {
    ok: result.ok,
    problems: result.ok ? [] : result.problems,
    worstDetectionMs: config === null ? null : worstDetection(config),
  }
}

function describe(file: string, config: Config): string {
  const worst = worstDetection(config)
  const facts = columns([
    ["links", config.links.map(link => `${link.name} (${link.interface})`).join(", ")],
    ["down detected", detectionText(worst)],
    ...onTop(worst).map(text => ["", text]),
    ["back in use", `${millis(config.health.upAfterMs)} after its answers resume`],
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
