import type { CommandModule } from "yargs"
import { askStatus } from "./ask.ts"
import { statusWithoutAgent } from "./at-rest.ts"
import { openScreen } from "./format.ts"
import { readConfig, readConfigWithoutSets, withJson, type Options, type PrintOptions } from "./options.ts"
import { statusText } from "./status-text.ts"

/** Exit code 1 without an agent: what is printed then is what the kernel does by itself. */
export const status: CommandModule<Options, PrintOptions> = {
  command: "status",
  describe: "the links, their health and their share of new flows",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const answer = await askStatus(await readConfigWithoutSets(file))
    const found = answer ?? (await statusWithoutAgent(await readConfig(file)))
    const screen = openScreen()
    screen.print(json ? JSON.stringify(found) : statusText(found, screen.colors, Date.now()))
    if (answer === null) process.exitCode = 1
  },
}
