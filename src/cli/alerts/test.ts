import { hostname } from "node:os"
import type { CommandModule } from "yargs"
import { PATIENCE } from "../../alerts/backoff.ts"
import { senderFor } from "../../alerts/receivers.ts"
import { plainAlert, type AlertConfig } from "../../core/alerts/config.ts"
import { testMessages } from "../../core/alerts/test-message.ts"
import type { Config } from "../../core/config.ts"
import { run } from "../../system/run.ts"
import { BadUsage, Failure } from "../failure.ts"
import { openScreen } from "../format.ts"
import { readWholeConfig, type Options } from "../options.ts"

interface TestOptions extends Options {
  readonly name: string
}

export const test: CommandModule<Options, TestOptions> = {
  command: "test <name>",
  describe: "send a test message, and say what the receiver says",
  builder: yargs => yargs.positional("name", { type: "string", demandOption: true, describe: "the alert" }),
  handler: async ({ config: file, name }) => {
    const config = await readWholeConfig(file)
    const screen = openScreen()
    for (const said of await tried(config, alertNamed(config, name))) screen.print(said)
  },
}

function alertNamed({ alerts }: Config, name: string): AlertConfig {
  const found = alerts.find(alert => alert.name === name)
  if (found !== undefined) return found
  const known = alerts.map(alert => alert.name).join(", ")
  throw new BadUsage(
    known === "" ? "no alerts are configured (README: Alerts)" : `no alert ${name}; there are: ${known}`,
  )
}

/** Whoever keeps incidents is told at once that this one is over. @throws Failure */
async function tried({ router, site }: Config, alert: AlertConfig): Promise<readonly string[]> {
  const { to } = plainAlert(alert)
  const send = senderFor(to, { run, patience: PATIENCE })
  const said: string[] = []
  for (const message of testMessages({ alert: alert.name, router, site, host: hostname() }, to.kind, Date.now())) {
    const verdict = await send(message, new AbortController().signal)
    if (!verdict.ok) throw new Failure(`${alert.name} (${to.kind}) did not take it: ${verdict.error}`)
    said.push(`${alert.name} (${to.kind}) took it (${message.kind}): ${verdict.said}`)
  }
  return said
}
