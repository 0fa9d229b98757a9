import type { CommandModule } from "yargs"
import { refuseForeignTables } from "../agent/conflict.ts"
import { occupy } from "../agent/desk.ts"
import { isNothing, type Changes } from "../core/changes.ts"
import { keepBefore } from "../system/before.ts"
import { dropStaleSets, prepareSets, withPresentSets } from "../system/prepare-sets.ts"
import { carryOut } from "../system/router.ts"
import { openScreen } from "./format.ts"
import { readConfig, withJson, type Options, type PrintOptions } from "./options.ts"
import { changesAsJson, changesToApply, hindrances, revivals, survey, type Survey } from "./set-up.ts"

export const apply: CommandModule<Options, PrintOptions> = {
  command: "apply",
  describe: "set up marks, chains, NAT and routing once",
  builder: withJson,
  handler: async ({ config: file, json }) => {
    const config = await readConfig(file)
    const release = await occupy(file)
    const found = await survey(config)
    for (const { view, reading } of found) refuseForeignTables(view, reading.snapshot)
    for (const family of found) await applyFamily(family)
    await release()
    const screen = openScreen()
    for (const text of found.flatMap(family => [...hindrances(family), ...revivals(family)])) screen.warn(text)
    screen.print(json ? changesAsJson(found) : describe(found.map(changesToApply)))
  },
}

/** @throws Error when the kernel refuses, or a set of ours cannot be had */
async function applyFamily(found: Survey): Promise<void> {
  await prepareSets(found.view, refuse)
  const changes = changesToApply({ ...found, view: await withPresentSets(found.view, refuse) })
  if (isNothing(changes)) return
  await keepBefore(found.backend, found.view)
  await carryOut(found.backend, changes)
  await dropStaleSets(found.view)
}

function refuse(error: unknown): never {
  throw error
}

function describe(changes: readonly Changes[]): string {
  if (changes.every(isNothing)) return "Nothing to do: the router is set up as configured."
  const count = (of: "what" | "ip" | "sysctls") => changes.reduce((sum, part) => sum + part[of].length, 0)
  const parts = [
    ...counted(count("what"), "to iptables"),
    ...counted(count("ip"), "to routes and ip rules"),
    ...counted(count("sysctls"), "to sysctls"),
  ]
  return `Done: ${parts.join(", ")}. Undo it: evenkeel teardown\nNext: systemctl start evenkeel, or: evenkeel run`
}

function counted(changes: number, where: string): readonly string[] {
  return changes === 0 ? [] : [`${changes} ${changes === 1 ? "change" : "changes"} ${where}`]
}
