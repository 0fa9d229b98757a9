import { readlinkSync } from "node:fs"
import { mkdir, readFile, realpath, writeFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { env, execPath, geteuid } from "node:process"
import { run } from "../system/run.ts"
import { runInit, runSupervised } from "../system/run-supervised.ts"
import { explainRefusal } from "./obstacles.ts"
import { program } from "./paths.ts"

/** Names the pid namespace that was made for a lab, so that a stale or copied variable proves nothing. */
const marker = "EVENKEEL_LAB"

const pidNamespace = () => readlinkSync("/proc/self/ns/pid")

/** Whether this process runs in the private namespaces that `reenter` makes: only there may a lab be built. */
export function insideLab(): boolean {
  return env[marker] === pidNamespace()
}

/** `--kill-child`: the end of unshare is the end of everything in its pid namespace, hence of every namespace and mount. */
const privately = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
const asUser = ["--user", "--map-root-user"]

/**
 * Runs a command as root of private network, mount and pid namespaces (and user namespace, for an ordinary user), with
 * this process's terminal and signals. Nothing of it outlives this process.
 * @param files that the command reads, and finds where they are, also under /run, which is another one inside.
 * @returns the command's exit code; 128 + n when signal n ended it.
 * @throws Error that names the setting in the way when the system refuses namespaces.
 */
export async function reenter(command: readonly string[], files: readonly string[] = []): Promise<number> {
  const flags = await allowedFlags()
  // The shell as process 1 takes in orphans, which Node would leave as zombies. Its trap keeps it alive at Ctrl-C, which
  // is the command's to answer. The command is its positional parameters, which are never read as shell text.
  const shell = ["sh", "-c", 'trap : INT; "$@"; exit $?', "sh"]
  const paths = files.map(file => resolve(file))
  const init = [execPath, program("enter"), "--init", ...paths, "--", ...command]
  return runSupervised("unshare", [...flags, ...shell, ...init])
}

/** Root of a container may lack CAP_SYS_ADMIN and yet be allowed a user namespace, so root tries both ways. */
async function allowedFlags(): Promise<readonly string[]> {
  const ways = geteuid?.() === 0 ? [privately, [...asUser, ...privately]] : [[...asUser, ...privately]]
  const refusals: string[] = []
  for (const flags of ways) {
    const refusal = await run("unshare", [...flags, ...mountRun]).then(
      () => null,
      (error: unknown) => String(error),
    )
    if (refusal === null) return flags
    refusals.push(refusal)
  }
  throw new Error(await explainRefusal(refusals.join("\n")))
}

/** `ip netns` keeps its handles under /run/netns, iptables its lock in /run/xtables.lock. */
const mountRun = ["mount", "-t", "tmpfs", "tmpfs", "/run"]

/** What `reenter` runs first inside: the rest of the private world, then the command in it. */
export async function init(command: readonly string[], files: readonly string[]): Promise<number> {
  const [file = "", ...args] = command
  const [mount = "", ...mountArgs] = mountRun
  const hidden = await copiesUnderRun(files)
  await Promise.all([run(mount, mountArgs), run("ip", ["link", "set", "lo", "up"])])
  await Promise.all(hidden.map(putBack))
  // Debian gives ordinary users no /usr/sbin, where iptables and conntrack are.
  return runInit(file, args, { [marker]: pidNamespace(), PATH: `${env["PATH"] ?? ""}:/usr/sbin:/sbin` })
}

interface Copy {
  readonly path: string
  readonly content: Buffer
}

/** Of those files that the mount of another /run hides, by whatever name (/var/run) they go. */
async function copiesUnderRun(files: readonly string[]): Promise<readonly Copy[]> {
  const places = await Promise.all(files.map(async path => ({ path, directory: await realpath(dirname(path)) })))
  const hidden = places.filter(({ directory }) => `${directory}/`.startsWith("/run/"))
  return Promise.all(hidden.map(async ({ path }) => ({ path, content: await readFile(path) })))
}

async function putBack({ path, content }: Copy): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}
