import type { CommandModule } from "yargs"
import { ruleCounters } from "../core/counters.ts"
import { flowsOf } from "../core/flows.ts"
import { planInForce } from "../core/reconcile.ts"
import { BALANCE_CHAIN } from "../core/ruleset.ts"
import { parseSaved } from "../core/saved.ts"
import { countByMark } from "../system/conntrack.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { save, saveCounted } from "../system/iptables.ts"
import { flowsText } from "./flows-text.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"

export const flows: CommandModule<Options, PrintOptions> = {
  command: "flows",
  describe: "how flows are really spread over the links",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfig(file)
    const { backend } = await detectBackend()
    const [saved, counted, tracked] = await Promise.all([
      save(backend),
      saveCounted(backend, "mangle"),
      countByMark(4, config.markMask),
    ])
    const found = flowsOf(config, planInForce(parseSaved(saved)), ruleCounters(counted, BALANCE_CHAIN), tracked)
    const screen = openScreen()
    screen.print(json ? JSON.stringify(found) : flowsText(found, screen.colors))
  },
}
