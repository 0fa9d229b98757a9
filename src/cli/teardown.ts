import { hostname } from "node:os"
import { resolve } from "node:path"
import type { CommandModule } from "yargs"
import { occupy } from "../agent/desk.ts"
import { loadConfig } from "../config/load.ts"
import { formatProblems } from "../config/problems.ts"
import { DEFAULT_STATE_DIR } from "../config/schema.ts"
import { changesToRemove, isNothing, type Changes } from "../core/changes.ts"
import { foreignJumps } from "../core/foreign-jumps.ts"
import { parseSaved, type Saved } from "../core/saved.ts"
import { forgetBefore, readBefore, type Before } from "../system/before.ts"
import { detectBackend } from "../system/detect-backend.ts"
import { failTogether } from "../system/fail-together.ts"
import { familiesHere } from "../system/families.ts"
import { removeSets } from "../system/ipset.ts"
import { dropEmptyTable, forFamily, save, type Backend } from "../system/iptables.ts"
import { writeSysctls } from "../system/link-sysctls.ts"
import { takeAway } from "../system/router.ts"
import { readSnapshot } from "../system/snapshot.ts"
import { Failure } from "./failure.ts"
import { openScreen, type Screen } from "./format.ts"
import type { Options } from "./options.ts"

interface TeardownOptions extends Options {
  readonly "state-dir": string | undefined
}

export const teardown: CommandModule<Options, TeardownOptions> = {
  command: "teardown",
  describe: "remove everything that evenkeel owns, and nothing else",
  builder: yargs =>
    yargs.option("state-dir", {
      type: "string",
      requiresArg: true,
      describe: "where it was kept what was there before; else the configuration says it",
    }),
  handler: async options => {
    const screen = openScreen()
    const stateDir = await stateDirOf(options, screen)
    const release = await occupy(options.config)
    screen.print(await takeAllAway(stateDir, screen))
    await release()
  },
}

/** @returns what was done, in words. @throws Failure, having touched nothing, when somebody's rules need our chains. */
async function takeAllAway(stateDir: string, screen: Screen): Promise<string> {
  const { backend } = await detectBackend()
  const before = await readBefore(stateDir)
  const families = await Promise.all(familiesHere().map(family => surveyOurs(forFamily(backend, family))))
  for (const { backend, rules } of families) refuseForeignJumps(backend, rules)
  for (const { backend, changes } of families) await takeAway(backend, changes)
  await removeSets()
  const restored = await writeSysctls(before.sysctls)
  failTogether(restored.errors)
  for (const { backend } of families) await dropNewTables(screen, backend, before)
  await forgetBefore(stateDir)
  return describe(stateDir, before, families.every(({ changes }) => isNothing(changes)) && restored.done.length === 0)
}

interface Ours {
  readonly backend: Backend
  readonly rules: Saved
  readonly changes: Changes
}

async function surveyOurs(backend: Backend): Promise<Ours> {
  const [saved, snapshot] = await Promise.all([save(backend), readSnapshot(backend.family)])
  const rules = parseSaved(saved)
  return { backend, rules, changes: changesToRemove({ saved: rules, ...snapshot }) }
}

/** What is ours is recognised without a configuration: one that is gone or bad must not keep the rules in place. */
async function stateDirOf({ config: file, "state-dir": stateDir }: TeardownOptions, screen: Screen): Promise<string> {
  if (stateDir !== undefined) return resolve(stateDir)
  const result = await loadConfig(file, { hostname: hostname(), environment: null })
  if (result.ok) return result.config.stateDir
  screen.warn(formatProblems(file, result.problems))
  screen.warn(`Going by the default stateDir, ${DEFAULT_STATE_DIR}. Name another one with --state-dir`)
  return DEFAULT_STATE_DIR
}

/** @throws Failure naming the commands that remove them: the kernel deletes no chain that a rule leads to. */
function refuseForeignJumps({ save: program }: Backend, rules: Saved): void {
  const jumps = foreignJumps(rules)
  if (jumps.length === 0) return
  const iptables = program.replace(/-save$/, "")
  const commands = jumps.map(({ table, chain, rule }) => `  ${iptables} -t ${table} -D ${chain} ${rule}`)
  const head = "Rules that are not evenkeel's lead into its chains. Nothing was touched. Remove them first:"
  throw new Failure([head, ...commands].join("\n"))
}

function describe(stateDir: string, before: Before, wasNothing: boolean): string {
  if (wasNothing) return "Nothing of evenkeel's was there."
  if (before.iptables[4] !== null) return "Done: the router is as it was before evenkeel."
  return [
    `Done: evenkeel's rules and routes are gone. But ${stateDir}/before does not tell all that was there before:`,
    "rp_filter and src_valid_mark of the links' interfaces may still be as evenkeel set them (2 and 1).",
  ].join("\n")
}

/** Tables that came into being with our chains; legacy's stay with their module, and are empty. */
async function dropNewTables(screen: Screen, backend: Backend, { iptables }: Before): Promise<void> {
  const text = iptables[backend.family]
  if (text === null || backend.name === "legacy") return
  const kept = parseSaved(text)
  for (const table of ["mangle", "nat"].filter(name => !kept.has(name))) {
    const dropped = await dropEmptyTable(backend, table)
    if (!dropped.dropped)
      screen.warn(
        `The ${table} table${backend.family === 6 ? " of ip6tables" : ""} stays, though it was not there before: ${dropped.reason}.`,
      )
  }
}
