import { existsSync, readFileSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { execPath } from "node:process"
import { orIfMissing } from "../../files/if-missing.ts"
import { Failure } from "../failure.ts"
import { CONFIG, PACKAGED_UNITS, SYSTEMD, UNIT, USER } from "./places.ts"
import type { Found, Shipped } from "./plan.ts"

/** Where this program is: the folder of its package.json. */
const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))

export async function lookAround(): Promise<Found> {
  const [users, groups] = await Promise.all(["/etc/passwd", "/etc/group"].map(file => readFile(file, "utf8")))
  const isNamed = (text = "") => text.split("\n").some(line => line.startsWith(`${USER}:`))
  return {
    hasUser: isNamed(users),
    hasGroup: isNamed(groups),
    hasConfig: existsSync(CONFIG),
    unit: await orIfMissing(readFile(UNIT, "utf8"), null),
  }
}

export function whatIsShipped(): Shipped {
  const text = (name: string) => readFileSync(join(root, "packaging", name), "utf8")
  return {
    unit: text("evenkeel.service"),
    example: text("evenkeel.yaml.example"),
    command: [execPath, join(root, "dist/src/main.js")],
  }
}

/** Those that `systemctl edit` writes. One that may not be read counts as empty. Null: no unit is installed. */
export async function readDropIns(): Promise<string | null> {
  if (![UNIT, ...PACKAGED_UNITS].some(unit => existsSync(unit))) return null
  const folder = `${UNIT}.d`
  const names = await orIfMissing(readdir(folder), [])
  const texts = names
    .filter(name => name.endsWith(".conf"))
    .map(name => readFile(join(folder, name), "utf8").catch(() => ""))
  return (await Promise.all(texts)).join("\n")
}

/** @throws Failure: a package's files are its own business. */
export function refusePackaged(remedy: string): void {
  const packaged = PACKAGED_UNITS.find(unit => existsSync(unit))
  if (packaged !== undefined) throw new Failure(`${packaged} is a package's: ${remedy}`)
}

/** @throws Failure: without systemd there is nobody to start a service. */
export function refuseWithoutSystemd(): void {
  if (existsSync(SYSTEMD)) return
  throw new Failure(
    "systemd does not run here: have whatever starts services on this system run `evenkeel run` as root, and again when it ends",
  )
}
