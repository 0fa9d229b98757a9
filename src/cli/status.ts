import type { CommandModule } from "yargs"
import { askStatus } from "./ask.ts"
import { statusWithoutAgent } from "./at-rest.ts"
import { openScreen } from "./format.ts"
import { readPolicies } from "./in-force.ts"
import { readConfig, readConfigWithoutSets, withJson, type Options, type PrintOptions } from "./options.ts"
import { statusText } from "./status-text.ts"

/** Exit code 1 without an agent: what is printed then is what the kernel does by itself. */
export const status: CommandModule<Options, PrintOptions> = {
  command: "status",
  describe: "the links, their health and their share of new flows",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfigWithoutSets(file)
    const answer = await askStatus(config)
    const found = answer ?? (await statusWithoutAgent(await readConfig(file)))
    // Whether a pin to a set holds depends on what is in the set.
    const isPinned = found.overrides.some(({ kind }) => kind === "pin")
    const whole = isPinned ? readConfig(file) : Promise.resolve(config)
    const screen = openScreen()
    // What else there is to say matters more, most of all where something is wrong.
    const policies = await whole
      .then(whole => readPolicies(whole, found.overrides))
      .catch((error: unknown) => {
        screen.warn(
          `What the policies were given cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        )
        return null
      })
    screen.print(json ? JSON.stringify({ ...found, policies }) : statusText(found, screen.colors, Date.now(), policies))
    if (answer === null) process.exitCode = 1
  },
}
