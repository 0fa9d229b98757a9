import { access, constants, readFile } from "node:fs/promises"
import { delimiter, join } from "node:path"
import { env } from "node:process"

/** Debian's package of each program that the peers need. */
const packages = { lsm: "lsm", keepalived: "keepalived", ping: "iputils-ping" } as const

/** Those whose versions matter to the figures. */
export const peerPackages = ["lsm", "keepalived"] as const

/** Names of the packages to install before the peers can run. */
export async function missingPackages(path = env["PATH"] ?? ""): Promise<readonly string[]> {
  const found = await Promise.all(Object.keys(packages).map(program => isInstalled(program, path)))
  return Object.values(packages).filter((_, i) => found[i] === false)
}

/** Whether setgroups(2) can be used in this user namespace. */
export async function maySetGroups(): Promise<boolean> {
  return (await readFile("/proc/self/setgroups", "utf8")).trim() === "allow"
}

async function isInstalled(program: string, path: string): Promise<boolean> {
  const looks = path.split(delimiter).map(folder => access(join(folder, program), constants.X_OK))
  return (await Promise.allSettled(looks)).some(look => look.status === "fulfilled")
}
