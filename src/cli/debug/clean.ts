import type { CommandModule } from "yargs"
import { DEBUG_TABLES, isDebugChain } from "../../core/debug/chains.ts"
import { detectBackend } from "../../system/detect-backend.ts"
import { familiesHere } from "../../system/families.ts"
import { forFamily } from "../../system/iptables.ts"
import { BadUsage } from "../failure.ts"
import type { Options } from "../options.ts"
import { clean as takeAway } from "./session.ts"

interface CleanOptions extends Options {
  readonly chain: string
  readonly tables: readonly string[] | undefined
}

/** What the helper of a `debug` that was killed runs; not for people. */
export const clean: CommandModule<Options, CleanOptions> = {
  command: "clean <chain> [tables..]",
  describe: false,
  builder: yargs =>
    yargs
      .positional("chain", { type: "string", demandOption: true })
      .positional("tables", { type: "string", array: true, choices: DEBUG_TABLES }),
  handler: async ({ chain, tables = [] }) => {
    if (!isDebugChain(chain)) throw new BadUsage(`${chain} is no chain of evenkeel debug`)
    const { backend } = await detectBackend()
    for (const family of familiesHere()) await takeAway(forFamily(backend, family), chain, tables)
  },
}
