import type { CommandModule } from "yargs"
import { isNothing, type Changes } from "../core/changes.ts"
import { askHolder } from "../system/lock-holder.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { changesToApply, hindrances, revivals, survey } from "./set-up.ts"

export const plan: CommandModule<Options, PrintOptions> = {
  command: "plan",
  describe: "print what apply would change, and change nothing",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfig(file)
    const found = await survey(config)
    const changes = changesToApply(config, found)
    const screen = openScreen()
    const isWatched = (await askHolder()) !== "gone"
    const hints = [...hindrances(config, found), ...(isWatched ? [] : revivals(config, found))]
    for (const text of hints) screen.warn(text)
    screen.print(json ? JSON.stringify(changes) : describe(changes))
  },
}

/** The exact input for `ip -batch -` and `iptables-restore --noflush`, each under the command that takes it. */
function describe(changes: Changes): string {
  if (isNothing(changes)) return "# nothing to do: the router is set up as configured"
  const sysctls = changes.sysctls.map(({ path, value }) => `${path}=${value}`)
  return [
    ...section("sysctl -w", sysctls),
    ...section("ip -4 -batch -", changes.ip),
    ...section("iptables-restore --noflush", changes.iptables.trimEnd().split("\n").filter(Boolean)),
  ].join("\n")
}

function section(command: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`# ${command}`, ...lines]
}
