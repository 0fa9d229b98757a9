import type { CommandModule } from "yargs"
import { clean } from "./debug/clean.ts"
import { counters } from "./debug/counters.ts"
import { log } from "./debug/log.ts"
import { trace } from "./debug/trace.ts"
import type { Options } from "./options.ts"

export const debug: CommandModule<Options, Options> = {
  command: "debug",
  describe: "follow flows through the rules: log, trace, counters",
  builder: yargs =>
    yargs
      .command(log)
      .command(trace)
      .command(counters)
      .command(clean)
      .demandCommand(1, 1, "say what to do: debug log, debug trace or debug counters"),
  handler: () => undefined,
}
