import type { CommandModule } from "yargs"
import { list } from "./alerts/list.ts"
import { runAlone } from "./alerts/run.ts"
import { test } from "./alerts/test.ts"
import type { Options } from "./options.ts"

export const alerts: CommandModule<Options, Options> = {
  command: "alerts",
  describe: "who is told of what: list, test, run",
  builder: yargs =>
    yargs
      .command(list)
      .command(test)
      .command(runAlone)
      .demandCommand(1, 1, "say what to do: alerts list, alerts test or alerts run"),
  handler: () => undefined,
}
