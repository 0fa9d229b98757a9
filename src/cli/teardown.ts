import type { CommandModule } from "yargs"
import { occupy } from "../agent/desk.ts"
import { isNothing } from "../core/changes.ts"
import { parseSaved } from "../core/saved.ts"
import { forgetBefore, readBefore, type Before } from "../system/before.ts"
import { dropEmptyTable, type Backend } from "../system/iptables.ts"
import { takeAway } from "../system/router.ts"
import { writeOwnRpFilters } from "../system/rp-filter.ts"
import { openScreen, type Screen } from "./format.ts"
import { readConfig, type Options } from "./options.ts"
import { changesToTearDown, survey } from "./set-up.ts"

export const teardown: CommandModule<Options, Options> = {
  command: "teardown",
  describe: "remove everything that evenkeel owns, and nothing else",
  handler: async ({ config: file }) => {
    const screen = openScreen()
    const config = await readConfig(file)
    const release = await occupy(file)
    const found = await survey(config)
    const changes = changesToTearDown(found)
    const before = await readBefore(config.stateDir)
    await takeAway(found.backend, changes)
    await writeOwnRpFilters(before.rpFilters)
    await dropNewTables(screen, found.backend, before)
    await forgetBefore(config.stateDir)
    await release()
    screen.print(
      isNothing(changes) ? "Nothing of evenkeel's was there." : "Done: the router is as it was before evenkeel.",
    )
  },
}

/** Tables that came into being with our chains; legacy's stay with their module, and are empty. */
async function dropNewTables(screen: Screen, backend: Backend, { iptables }: Before): Promise<void> {
  if (iptables === null || backend.name === "legacy") return
  const kept = parseSaved(iptables)
  for (const table of ["mangle", "nat"].filter(name => !kept.has(name))) {
    const dropped = await dropEmptyTable(backend, table)
    if (!dropped.dropped) screen.warn(`The ${table} table stays, though it was not there before: ${dropped.reason}.`)
  }
}
