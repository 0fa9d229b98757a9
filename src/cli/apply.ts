import type { CommandModule } from "yargs"
import { occupy } from "../agent/desk.ts"
import { refuseForeignTables } from "../agent/prepare.ts"
import { isNothing, type Changes } from "../core/changes.ts"
import { keepBefore } from "../system/before.ts"
import { carryOut } from "../system/router.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { changesToApply, hindrances, revivals, survey } from "./set-up.ts"

export const apply: CommandModule<Options, PrintOptions> = {
  command: "apply",
  describe: "set up marks, chains, NAT and routing once",
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
    const screen = openScreen()
    for (const text of [...hindrances(config, found), ...revivals(config, found)]) screen.warn(text)
    screen.print(json ? JSON.stringify(changes) : describe(changes))
  },
}

function describe(changes: Changes): string {
  if (isNothing(changes)) return "Nothing to do: the router is set up as configured."
  const { sysctls, ip, what } = changes
  const parts = [
    ...counted(what.length, "to iptables"),
    ...counted(ip.length, "to routes and ip rules"),
    ...counted(sysctls.length, "to sysctls"),
  ]
  return `Done: ${parts.join(", ")}. Undo it: evenkeel teardown\nNext: systemctl start evenkeel, or: evenkeel run`
}

function counted(changes: number, where: string): readonly string[] {
  return changes === 0 ? [] : [`${changes} ${changes === 1 ? "change" : "changes"} ${where}`]
}
