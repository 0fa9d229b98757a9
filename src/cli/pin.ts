import type { CommandModule } from "yargs"
import type { Options } from "./options.ts"
import { add } from "./pin/add.ts"
import { list } from "./pin/list.ts"
import { remove } from "./pin/remove.ts"

export const pin: CommandModule<Options, Options> = {
  command: "pin",
  describe: "lead some new flows over a link: add, list, remove",
  builder: yargs =>
    yargs
      .command(add)
      .command(list)
      .command(remove)
      .demandCommand(1, 1, "say what to do: pin add, pin list or pin remove"),
  handler: () => undefined,
}
