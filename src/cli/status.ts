import type { CommandModule } from "yargs"
import { askStatus } from "./ask.ts"
import { statusWithoutAgent } from "./at-rest.ts"
import { openScreen } from "./format.ts"
import { readPolicies } from "./in-force.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { statusText } from "./status-text.ts"

/** Exit code 1 without an agent: what is printed then is what the kernel does by itself. */
export const status: CommandModule<Options, PrintOptions> = {
  command: "status",
  describe: "the links, their health and their share of new flows",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfig(file)
    const answer = await askStatus(config)
    const found = answer ?? (await statusWithoutAgent(config))
    const policies = await readPolicies(config, found.overrides)
    const screen = openScreen()
    screen.print(json ? JSON.stringify({ ...found, policies }) : statusText(found, screen.colors, Date.now(), policies))
    if (answer === null) process.exitCode = 1
  },
}
