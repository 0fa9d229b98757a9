import type { CommandModule } from "yargs"
import { askStatus } from "./ask.ts"
import { Failure } from "./failure.ts"
import { openScreen } from "./format.ts"
import { readConfigWithoutSets, withJson, type Options, type PrintOptions } from "./options.ts"
import { peersText } from "./peers-text.ts"

export const peers: CommandModule<Options, PrintOptions> = {
  command: "peers",
  describe: "what the other routers say of their links",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfigWithoutSets(file)
    if (config.share === null)
      throw new Failure(`${file} has no share: this router knows of no others (README: Several routers)`)
    const status = await askStatus(config)
    if (status === null) throw new Failure("no agent runs, and it is the agent that listens: systemctl start evenkeel")
    const screen = openScreen()
    screen.print(json ? JSON.stringify(status.peers) : peersText(status, screen.colors, Date.now()))
  },
}
