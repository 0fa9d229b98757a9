import { CONFIG_DIR, STATE_DIR, UNIT, USER } from "./places.ts"
import type { Step } from "./step.ts"

/** What is there, as far as it decides what is done. */
export interface Found {
  readonly hasUser: boolean
  /** It stays behind where operators are in it. */
  readonly hasGroup: boolean
  readonly hasConfig: boolean
  /** The unit at its place; null: there is none. */
  readonly unit: string | null
}

export interface Shipped {
  readonly unit: string
  readonly example: string
  /** What starts this program: Node, then the program. */
  readonly command: readonly [node: string, program: string]
}

/** Its own line tells our unit from one that somebody wrote. */
export const MARK = "# Written by `evenkeel install`, which replaces it; for changes of yours: systemctl edit evenkeel"

/** What sets the service up. All of it may be done again. */
export function installSteps({ hasUser, hasGroup, hasConfig }: Found, shipped: Shipped): readonly Step[] {
  return [
    ...(hasGroup ? [] : [run("groupadd", "--system", USER)]),
    ...(hasUser ? [] : [run("useradd", ...userAdd)]),
    { kind: "directory", path: CONFIG_DIR, owner: "root", mode: "0755" },
    { kind: "directory", path: STATE_DIR, owner: USER, mode: "0750" },
    ...(hasConfig ? [] : [write(`${CONFIG_DIR}/evenkeel.yaml.example`, shipped.example)]),
    write(UNIT, unitText(shipped)),
    run("systemctl", "daemon-reload"),
  ]
}

const userAdd = [
  "--system",
  "--gid",
  USER,
  "--no-create-home",
  "--home-dir",
  STATE_DIR,
  "--shell",
  "/usr/sbin/nologin",
  USER,
]

/** What takes the service away; `purge`: and what it was told and has learned. */
export function uninstallSteps({ hasUser, unit }: Found, purge: boolean): readonly Step[] {
  const service = unit === null ? [] : [run("systemctl", "disable", "--now", "evenkeel"), remove(UNIT)]
  const purged = [remove(CONFIG_DIR), remove(STATE_DIR), ...(hasUser ? [run("userdel", USER)] : [])]
  return [...service, ...(unit === null ? [] : [run("systemctl", "daemon-reload")]), ...(purge ? purged : [])]
}

/** The shipped unit, with the command of this very program. @throws Error when the unit has no command to replace */
export function unitText({ unit, command }: Shipped): string {
  const packaged = /(?<=^ExecStart=)\/usr\/bin\/evenkeel(?= run)/m
  if (!packaged.test(unit)) throw new Error("the unit that came with this program starts something else")
  return `${MARK}\n${unit.replace(packaged, () => command.map(quoted).join(" "))}`
}

/** systemd.service(5), command lines: quotes, and specifiers and variables that are none. */
function quoted(word: string): string {
  return `"${word.replaceAll(/["\\]/g, "\\$&").replaceAll("%", "%%").replaceAll("$", "$$$$")}"`
}

/** The unit's ProtectHome and PrivateTmp hide these from the service. Null: it can be started from there. */
export function hiddenPlace(paths: readonly string[]): string | null {
  return paths.find(path => /^\/(home|root|run\/user|tmp|var\/tmp)\//.test(path)) ?? null
}

function run(file: string, ...args: readonly string[]): Step {
  return { kind: "run", file, args }
}

function write(path: string, text: string): Step {
  return { kind: "write", path, text }
}

function remove(path: string): Step {
  return { kind: "remove", path }
}
