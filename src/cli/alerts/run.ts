import { stat } from "node:fs/promises"
import { basename, dirname, resolve } from "node:path"
import type { CommandModule } from "yargs"
import { alertTools } from "../../agent/alert-tools.ts"
import { runAlerts } from "../../alerts/alerts.ts"
import { lockAlerts } from "../../alerts/lock.ts"
import { plainAlert } from "../../core/alerts/config.ts"
import { linesOf } from "../../core/alerts/known.ts"
import type { EventDraft } from "../../core/events.ts"
import { eventText } from "../event-text.ts"
import { BadUsage, Failure } from "../failure.ts"
import { openScreen } from "../format.ts"
import { readWholeConfig, type Options } from "../options.ts"
import { interrupted } from "../interrupted.ts"

interface RunOptions extends Options {
  readonly from: string | undefined
}

/** The sender of an agent, without an agent: it also tells when that one stops. */
export const runAlone: CommandModule<Options, RunOptions> = {
  command: "run",
  describe: "send alerts from the event log alone, in the foreground, without an agent",
  builder: yargs =>
    yargs.option("from", {
      type: "string",
      requiresArg: true,
      describe: "the event log: events.jsonl, rotated files beside it (default: the agent's own)",
    }),
  handler: async ({ config: file, from }) => {
    const config = await readWholeConfig(file)
    const { stateDir } = config
    if (config.alerts.length === 0)
      throw new Failure(`${file} has no alerts, so there is nobody to tell (README: Alerts)`)
    const journal = from === undefined ? stateDir : await directoryOf(from)
    const lock = await lockAlerts(stateDir)
    if (lock === null)
      throw new Failure(`another process sends the alerts of ${stateDir}: the agent, or another evenkeel alerts run`)
    const errand = { alerts: config.alerts.map(plainAlert), lines: linesOf(config) }
    await runAlerts(errand, alertTools(stateDir, journal, words()), interrupted())
    lock.release()
  },
}

function words() {
  const screen = openScreen()
  return {
    tell: (event: EventDraft) => {
      screen.print(eventText({ ...event, time: new Date().toISOString() }, screen.colors))
    },
    warn: (text: string) => {
      screen.warn(text)
    },
  }
}

/** @throws BadUsage */
async function directoryOf(from: string): Promise<string> {
  const found = await stat(from).catch(() => null)
  if (found?.isDirectory() === true) return resolve(from)
  if (basename(from) === "events.jsonl") return dirname(resolve(from))
  throw new BadUsage(`--from ${from}: expected the event log, such as /var/lib/evenkeel/events.jsonl`)
}
