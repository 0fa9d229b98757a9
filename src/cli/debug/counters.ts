import type { CommandModule } from "yargs"
import { chainCounters, countedSince, type ChainCounter } from "../../core/counters.ts"
import { viewsOf } from "../../core/family.ts"
import { detectBackend } from "../../system/detect-backend.ts"
import { forFamily, saveCounted, type Backend } from "../../system/iptables.ts"
import type { Config } from "../../core/config.ts"
import { familyName } from "../../core/family.ts"
import { openScreen } from "../format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "../options.ts"
import { redraw } from "../redraw.ts"
import { countersText } from "./counters-text.ts"
import { durationOf, withFor } from "./selection.ts"
import { endOf } from "./session.ts"

interface CounterOptions extends PrintOptions {
  readonly watch: boolean
  readonly for: string
}

export const counters: CommandModule<Options, CounterOptions> = {
  command: "counters",
  describe: "what each rule of evenkeel's has matched",
  builder: yargs =>
    withFor(withJson(yargs)).option("watch", {
      type: "boolean",
      default: false,
      describe: "what each matched since the look before, every 2 s",
    }),
  handler: async ({ config: file, json, watch, for: text }) => {
    const forMs = durationOf(text)
    const config = await readConfig(file)
    const { backend } = await detectBackend()
    const screen = openScreen()
    const print = (rows: readonly ChainCounter[]) =>
      json ? JSON.stringify(rows) : countersText(rows, config.links, screen.colors)
    let before = watch ? await readCounters(config, backend) : []
    if (!watch) screen.print(print(await readCounters(config, backend)))
    else
      await redraw(screen, endOf(forMs), async () => {
        const now = await readCounters(config, backend)
        const shown = print(countedSince(before, now))
        before = now
        return shown
      })
  },
}

async function readCounters(config: Config, backend: Backend): Promise<readonly ChainCounter[]> {
  const tables = viewsOf(config).flatMap(({ family }) => (["mangle", "nat"] as const).map(table => ({ family, table })))
  const texts = await Promise.all(tables.map(({ family, table }) => saveCounted(forFamily(backend, family), table)))
  return tables.flatMap(({ family, table }, i) => chainCounters(familyName(family), table, texts[i] ?? ""))
}
