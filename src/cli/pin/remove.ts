import type { CommandModule } from "yargs"
import { askStatus, giveOrder } from "../ask.ts"
import type { Config } from "../../core/config.ts"
import { BadUsage } from "../failure.ts"
import { openScreen } from "../format.ts"
import { readConfigWithoutSets, type Options } from "../options.ts"
import { pinsAmong } from "./list.ts"

interface RemoveOptions extends Options {
  readonly name: string | undefined
}

export const remove: CommandModule<Options, RemoveOptions> = {
  command: "remove [name]",
  describe: "take a pin back, or `all`",
  builder: yargs => yargs.positional("name", { type: "string", describe: "pin1, pin2, …, or all" }),
  handler: async ({ config: file, name }) => {
    const config = await readConfigWithoutSets(file)
    if (name === undefined) throw new BadUsage("say which pin, or all: evenkeel pin list shows them")
    const names = name === "all" ? await namesOfAll(config) : [name]
    const troubles: string[] = []
    for (const each of names) troubles.push(await giveOrder(config, { do: "clear", kind: "pin", name: each }))
    const [trouble = ""] = troubles.slice(-1)
    openScreen().print(
      names.length === 0
        ? "Nothing is pinned."
        : `${names.join(", ")} taken back: new flows go where the policies and weights lead them${trouble}.`,
    )
  },
}

/** None where no agent runs: `giveOrder` has the words for that. */
async function namesOfAll(config: Config): Promise<readonly string[]> {
  const status = await askStatus(config)
  return status === null ? ["all"] : pinsAmong(status.overrides).map(({ name }) => name)
}
