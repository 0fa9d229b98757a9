import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { z } from "zod"
import type { Sysctl } from "../core/changes.ts"
import type { Config, LinkConfig } from "../core/config.ts"
import type { Family } from "../core/ip-family.ts"
import { chainOf, parseSaved } from "../core/saved.ts"
import { atLength, type OnDisk } from "../files/disk.ts"
import { orIfMissing } from "../files/if-missing.ts"
import { replaceFile } from "../files/replace-file.ts"
import { save, type Backend } from "./iptables.ts"
import { lackingSysctls } from "./link-sysctls.ts"
import { run } from "./run.ts"
import { readSysctl } from "./sysctl.ts"

/** What the router was before evenkeel first wrote to it: for `teardown`, and for a person who has to look. */
export interface Before {
  /** What `iptables-save` and `ip6tables-save` printed; null: it was not kept. */
  readonly iptables: Readonly<Record<Family, string | null>>
  /** Those that evenkeel changed, with the values that they had. */
  readonly sysctls: readonly Sysctl[]
}

const RULES = { 4: "iptables-save", 6: "ip6tables-save" } as const
const SYSCTLS = "sysctls.json"

const folder = (stateDir: string) => join(stateDir, "before")

/** Whose state is kept, and where. */
type Kept = Pick<Config, "stateDir"> & { readonly links: readonly Pick<LinkConfig, "interface">[] }

/**
 * Keeps what is there now of one family, once: a second run must not keep our own rules. Writes nothing when all is kept.
 * All is read before the disk is given it: once this has rejected, what `onDisk` still writes is of before all the same.
 */
export async function keepBefore(
  backend: Backend,
  { stateDir, links }: Kept,
  onDisk: OnDisk = atLength,
): Promise<void> {
  const { family } = backend
  if (family === 4) await keepSysctls(stateDir, await lackingSysctls(links.map(link => link.interface)), onDisk)
  if ((await onDisk(() => read(stateDir, RULES[family]))) !== null) return
  const rules = await save(backend)
  if (isSetUp(rules)) return
  const suffix = family === 4 ? "" : "-6"
  const rule = await run("ip", [`-${family}`, "rule"])
  const route = await run("ip", [`-${family}`, "route", "show", "table", "all"])
  await onDisk(async () => {
    await write(stateDir, `ip-rule${suffix}`, rule.stdout)
    await write(stateDir, `ip-route${suffix}`, route.stdout)
    await write(stateDir, RULES[family], rules)
  })
}

/**
 * Keeps the values of sysctls that are about to be changed. The first value of each counts: a later one may be ours, as
 * may one that is read after waiting for the disk.
 */
export async function keepSysctls(
  stateDir: string,
  toChange: readonly Sysctl[],
  onDisk: OnDisk = atLength,
): Promise<void> {
  if (toChange.length === 0) return
  const values = await valuesOf(toChange)
  await onDisk(async () => {
    const kept = await readSysctls(stateDir)
    const added = Object.entries(values).filter(([path]) => !(path in kept))
    if (added.length === 0) return
    await write(stateDir, SYSCTLS, `${JSON.stringify({ ...kept, ...Object.fromEntries(added) }, null, 2)}\n`)
  })
}

/** @throws Error when what was kept is damaged; it stays as it is. */
export async function readBefore(stateDir: string): Promise<Before> {
  const [rules4, rules6, values] = await Promise.all([
    read(stateDir, RULES[4]),
    read(stateDir, RULES[6]),
    readSysctls(stateDir),
  ])
  return {
    iptables: { 4: rules4, 6: rules6 },
    sysctls: Object.entries(values).map(([path, value]) => ({ path, value })),
  }
}

export async function forgetBefore(stateDir: string): Promise<void> {
  await rm(folder(stateDir), { recursive: true, force: true })
}

/** A `LOAD_BALANCE` may be one that somebody wrote by hand; this chain is made by evenkeel only. */
function isSetUp(rules: string): boolean {
  return chainOf(parseSaved(rules), "mangle", "EVENKEEL") !== undefined
}

type Values = Readonly<Record<string, string>>

async function valuesOf(sysctls: readonly Sysctl[]): Promise<Values> {
  const values = await Promise.all(sysctls.map(({ path }) => readSysctl(path)))
  return Object.fromEntries(sysctls.flatMap(({ path }, i) => (values[i] == null ? [] : [[path, values[i]]])))
}

/** `teardown` writes these as root: nothing but settings of interfaces that evenkeel changes. */
const schema = z.record(
  z.string().regex(/^net\/ipv4\/conf\/(?!\.\.?\/)[^/\s]+\/(rp_filter|src_valid_mark)$/),
  z.string().regex(/^[0-2]$/),
)

async function readSysctls(stateDir: string): Promise<Values> {
  const text = await read(stateDir, SYSCTLS)
  if (text === null) return {}
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    const file = join(folder(stateDir), SYSCTLS)
    throw new Error(`${file} is damaged: mend it, or remove it and set these sysctls by hand`, { cause })
  }
}

function read(stateDir: string, name: string): Promise<string | null> {
  return orIfMissing(readFile(join(folder(stateDir), name), "utf8"), null)
}

function write(stateDir: string, name: string, text: string): Promise<void> {
  return replaceFile(join(folder(stateDir), name), text)
}
