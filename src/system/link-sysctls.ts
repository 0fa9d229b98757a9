import type { Sysctl } from "../core/changes.ts"
import { readSysctl, writeSysctl } from "./sysctl.ts"

/** Strict mode drops a reply that comes in by a link whose route is not the best one to its sender (RFC 3704). */
const STRICT = 1

/** Loose mode accepts it when any route leads to the sender (ip-sysctl.rst, rp_filter). */
const LOOSE = 2

export type LinkSysctlName = "rp_filter" | "src_valid_mark"

/** `all` is a value of its own that joins each interface's. */
export function linkSysctlPath(device: string, name: LinkSysctlName): string {
  return `net/ipv4/conf/${device}/${name}`
}

/**
 * What the kernel goes by: the larger of `all` and the interface's own (ip-sysctl.rst, rp_filter; IN_DEV_SRC_VMARK for
 * src_valid_mark). Null: no such interface.
 */
export async function effective(device: string, name: LinkSysctlName): Promise<number | null> {
  const [all, own] = await Promise.all([
    readSysctl(linkSysctlPath("all", name)),
    readSysctl(linkSysctlPath(device, name)),
  ])
  return all === null || own === null ? null : Math.max(Number(all), Number(own))
}

/** Interfaces that are strict now. An interface that does not exist is not. */
export async function strictOnes(devices: readonly string[]): Promise<readonly string[]> {
  const values = await Promise.all(devices.map(device => effective(device, "rp_filter")))
  return devices.filter((_, i) => values[i] === STRICT)
}

/** What link interfaces that exist lack, so that the kernel takes the replies that come in by them. */
export async function lackingSysctls(devices: readonly string[]): Promise<readonly Sysctl[]> {
  return (await Promise.all(devices.map(lackedBy))).flat()
}

/**
 * The larger of `all` and the interface's own counts: `all` stays as it is. Even loose mode asks for a route to the
 * sender, and with mark 0 it sees but `main`, which may hold no default route: src_valid_mark lets it go by the packet's
 * mark, which PREROUTING has set by then (fib_validate_source).
 */
async function lackedBy(device: string): Promise<readonly Sysctl[]> {
  const filter = await effective(device, "rp_filter")
  if (filter === null || filter === 0) return []
  return [
    ...(filter === STRICT ? [wanted(device, "rp_filter", LOOSE)] : []),
    ...((await effective(device, "src_valid_mark")) === 0 ? [wanted(device, "src_valid_mark", 1)] : []),
  ]
}

function wanted(device: string, name: LinkSysctlName, value: number): Sysctl {
  return { path: linkSysctlPath(device, name), value: String(value) }
}

export interface Written {
  readonly done: readonly Sysctl[]
  readonly errors: readonly unknown[]
}

/** Writes each where it differs, whatever becomes of the others; those of interfaces that are gone need nothing. */
export async function writeSysctls(sysctls: readonly Sysctl[]): Promise<Written> {
  const done: Sysctl[] = []
  const errors: unknown[] = []
  for (const sysctl of sysctls)
    try {
      if (await writeIfOther(sysctl)) done.push(sysctl)
    } catch (error) {
      errors.push(error)
    }
  return { done, errors }
}

async function writeIfOther({ path, value }: Sysctl): Promise<boolean> {
  const present = await readSysctl(path)
  if (present === null || present === value) return false
  await writeSysctl(path, value)
  return true
}
