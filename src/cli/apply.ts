import type { CommandModule } from "yargs"
import { occupy } from "../agent/desk.ts"
import { refuseForeignTables } from "../agent/prepare.ts"
import { isNothing } from "../core/changes.ts"
import { keepBefore } from "../system/before.ts"
import { carryOut } from "../system/router.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { changesToApply, survey } from "./set-up.ts"

export const apply: CommandModule<Options, PrintOptions> = {
  command: "apply",
  describe: "set up marks, chains, NAT and routing once, with the configured weights",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfig(file)
    const release = await occupy(file)
    const found = await survey(config)
    refuseForeignTables(config, found.reading.snapshot)
    const changes = changesToApply(config, found)
    if (!isNothing(changes)) {
      await keepBefore(
        config.stateDir,
        found.backend,
        config.links.map(link => link.interface),
      )
      await carryOut(found.backend, changes)
    }
    await release()
    openScreen().print(
      json ? JSON.stringify(changes) : describe(isNothing(changes), changes.what.length + changes.ip.length),
    )
  },
}

function describe(isDone: boolean, count: number): string {
  return isDone
    ? "Nothing to do: the router is set up as configured."
    : `Done: ${count} changes. Start the agent: evenkeel run`
}
