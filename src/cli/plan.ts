import type { CommandModule } from "yargs"
import { askHolder } from "../system/lock-holder.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { changesAsJson, changesToApply, hindrances, revivals, survey, type Survey } from "./set-up.ts"

export const plan: CommandModule<Options, PrintOptions> = {
  command: "plan",
  describe: "print what apply would change, and change nothing",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfig(file)
    const found = await survey(config)
    const screen = openScreen()
    const isWatched = (await askHolder()) !== "gone"
    const hints = found.flatMap(family => [...hindrances(family), ...(isWatched ? [] : revivals(family))])
    for (const text of hints) screen.warn(text)
    screen.print(json ? changesAsJson(found) : describe(found))
  },
}

/** The exact input for `ip -batch -` and `iptables-restore --noflush`, each under the command that takes it. */
function describe(found: readonly Survey[]): string {
  const lines = found.flatMap(familyLines)
  return lines.length === 0 ? "# nothing to do: the router is set up as configured" : lines.join("\n")
}

function familyLines(found: Survey): readonly string[] {
  const { sysctls, ip, iptables } = changesToApply(found)
  const { family } = found.view
  return [
    ...section(
      "sysctl -w",
      sysctls.map(({ path, value }) => `${path}=${value}`),
    ),
    ...section(`ip -${family} -batch -`, ip),
    ...section(
      `${family === 4 ? "iptables" : "ip6tables"}-restore --noflush`,
      iptables.trimEnd().split("\n").filter(Boolean),
    ),
  ]
}

function section(command: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`# ${command}`, ...lines]
}
