import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import { orIfMissing } from "../files/if-missing.ts"
import { replaceFile } from "../files/replace-file.ts"
import { save, type Backend } from "./iptables.ts"
import { readOwnRpFilters } from "./rp-filter.ts"
import { run } from "./run.ts"

/** What the router was before evenkeel first wrote to it: for `teardown`, and for a person who has to look. */
export interface Before {
  /** `iptables-save`; null: it was not kept. */
  readonly iptables: string | null
  /** Each link's own `rp_filter`, by interface. */
  readonly rpFilters: Readonly<Record<string, string>>
}

const RULES = "iptables-save"
const RP_FILTERS = "rp_filter.json"

const folder = (stateDir: string) => join(stateDir, "before")

/** Keeps what is there now, once: a second run must not keep our own rules. Interfaces that are new since are added. */
export async function keepBefore(stateDir: string, backend: Backend, devices: readonly string[]): Promise<void> {
  const kept = await readBefore(stateDir)
  const rpFilters = { ...(await readOwnRpFilters(devices)), ...kept.rpFilters }
  await write(stateDir, RP_FILTERS, `${JSON.stringify(rpFilters, null, 2)}\n`)
  if (kept.iptables !== null) return
  await write(stateDir, "ip-rule", (await run("ip", ["-4", "rule"])).stdout)
  await write(stateDir, "ip-route", (await run("ip", ["-4", "route", "show", "table", "all"])).stdout)
  await write(stateDir, RULES, await save(backend))
}

export async function readBefore(stateDir: string): Promise<Before> {
  const [iptables, rpFilters] = await Promise.all([read(stateDir, RULES), read(stateDir, RP_FILTERS)])
  return { iptables, rpFilters: rpFilters === null ? {} : parseValues(stateDir, rpFilters) }
}

export async function forgetBefore(stateDir: string): Promise<void> {
  await rm(folder(stateDir), { recursive: true, force: true })
}

function parseValues(stateDir: string, text: string): Readonly<Record<string, string>> {
  const file = join(folder(stateDir), RP_FILTERS)
  try {
    return z.record(z.string(), z.string().regex(/^[0-2]$/)).parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${file} is damaged: mend it, or remove it and set rp_filter by hand`, { cause })
  }
}

function read(stateDir: string, name: string): Promise<string | null> {
  return orIfMissing(readFile(join(folder(stateDir), name), "utf8"), null)
}

function write(stateDir: string, name: string, text: string): Promise<void> {
  return replaceFile(join(folder(stateDir), name), text)
}
