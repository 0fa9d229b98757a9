import { effectiveRpFilter, readSysctl, rpFilterPath, writeSysctl } from "./sysctl.ts"

/** Strict mode drops a reply that comes in by a link whose route is not the best one to its sender (RFC 3704). */
const STRICT = 1

/** Loose mode accepts it when any route leads to the sender (ip-sysctl.rst, rp_filter). */
const LOOSE = "2"

/** Interfaces that are strict now. An interface that does not exist is not. */
export async function strictOnes(devices: readonly string[]): Promise<readonly string[]> {
  const values = await Promise.all(devices.map(effectiveRpFilter))
  return devices.filter((_, i) => values[i] === STRICT)
}

/** Makes strict interfaces loose, and says which. The greater of `all` and the interface's own counts: `all` stays as it is. */
export async function loosenRpFilter(devices: readonly string[]): Promise<readonly string[]> {
  const strict = await strictOnes(devices)
  for (const device of strict) await writeSysctl(rpFilterPath(device), LOOSE)
  return strict
}

/** The interfaces' own values, as they are; those that do not exist are left out. */
export async function readOwnRpFilters(devices: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const values = await Promise.all(devices.map(device => readSysctl(rpFilterPath(device))))
  return Object.fromEntries(devices.flatMap((device, i) => (values[i] == null ? [] : [[device, values[i]]])))
}

/** Puts values back; an interface that no longer exists needs none. */
export async function writeOwnRpFilters(values: Readonly<Record<string, string>>): Promise<void> {
  for (const [device, value] of Object.entries(values))
    if ((await readSysctl(rpFilterPath(device))) !== null) await writeSysctl(rpFilterPath(device), value)
}
