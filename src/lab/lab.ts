import { randomBytes } from "node:crypto"
import { mkdir, rm } from "node:fs/promises"
import { startChild, type Child, type ChildOptions } from "../system/run-child.ts"
import { run, type RunOptions, type RunResult } from "../system/run.ts"
import { insideLab } from "./namespaces.ts"
import { topology, type LabLink, type LabSpec, type Topology } from "./topology.ts"
import { skeleton, wirings, type Wiring } from "./wiring.ts"

/** A running lab. Namespaces: `lan` (client host), `rtr` (router), `inet`, and one per link, named after it. */
export interface Lab extends Topology {
  /** In front of every namespace's name, so that labs can stand side by side. */
  readonly prefix: string
  /** Private directory, on the namespaces' own /run: gone with them at the latest. */
  readonly dir: string
  /** @throws Error on a name that the lab does not have. */
  readonly link: (name: string) => LabLink
  /** Name of the link whose flows have this source address at a server; null: none. */
  readonly linkOf: (publicAddress: string) => string | null
  /** Runs a program to its end in a namespace. @throws RunError */
  readonly exec: (namespace: string, file: string, args: readonly string[], options?: RunOptions) => Promise<RunResult>
  /** Starts a program in a namespace; it ends with the lab at the latest. @throws RunError */
  readonly spawn: (namespace: string, file: string, args: readonly string[], options?: ChildOptions) => Promise<Child>
  /** `ip -batch` in a namespace. @throws RunError */
  readonly ip: (namespace: string, commands: readonly string[]) => Promise<void>
  /** The router's connection tracking entries, as `conntrack -L` prints them with these further arguments. */
  readonly conntrack: (...args: readonly string[]) => Promise<readonly string[]>
  /** Ends every program that was started with `spawn`. */
  readonly quiet: () => Promise<void>
  /** Ends every process in the lab's namespaces and deletes them. */
  readonly dispose: () => Promise<void>
}

/**
 * Builds a lab: network namespaces, cables, addresses, routes and the providers' address translation.
 * @throws Error outside the private namespaces of `enter.ts`; RunError when the kernel refuses, with nothing left behind.
 */
export async function buildLab(spec: LabSpec): Promise<Lab> {
  if (!insideLab())
    throw new Error("a lab is built only in private namespaces: start this program through lab/enter.js")
  const lab = handle(topology(spec), randomBytes(3).toString("hex"))
  try {
    await mkdir(lab.dir, { recursive: true })
    await ipBatch([], skeleton(lab.prefix, lab))
    await Promise.all(wirings(lab).map(wiring => wire(lab, wiring)))
    return lab
  } catch (error) {
    await lab.dispose()
    throw error
  }
}

async function wire(lab: Lab, { namespace, ip, ip6, sysctl, iptables }: Wiring): Promise<void> {
  await lab.exec(namespace, "sysctl", ["-q", "-e", "-w", ...sysctl])
  await lab.ip(namespace, [...ip, ...(lab.family === 6 ? ip6 : [])])
  if (iptables.length > 0) await lab.exec(namespace, "iptables-restore", [], { input: lines(iptables) })
}

function handle(plan: Topology, prefix: string): Lab {
  const children = new Set<Child>()
  const dir = `/run/evenkeel-lab/${prefix}`
  const inside = (namespace: string, file: string, args: readonly string[]) =>
    [`--net=/run/netns/${prefix}-${namespace}`, "--", file, ...args] as const
  const exec: Lab["exec"] = (namespace, file, args, options) => run("nsenter", inside(namespace, file, args), options)
  return {
    ...plan,
    prefix,
    dir,
    exec,
    link: name => linkNamed(plan, name),
    linkOf: address => plan.links.find(link => isOf(link, address))?.name ?? null,
    spawn: async (namespace, file, args, options) => {
      const child = await startChild("nsenter", inside(namespace, file, args), options)
      children.add(child)
      return child
    },
    ip: (namespace, commands) => ipBatch(["-n", `${prefix}-${namespace}`], commands),
    conntrack: async (...args) => {
      const { stdout } = await exec("rtr", "conntrack", ["-L", ...args])
      return stdout.split("\n").filter(Boolean)
    },
    quiet: () => endAll(children),
    dispose: async () => {
      await endAll(children)
      await removeNamespaces(prefix)
      await rm(dir, { recursive: true, force: true })
    },
  }
}

function isOf({ publicAddress, network6 }: LabLink, address: string): boolean {
  return address === publicAddress || address.startsWith(network6.replace("::/48", ":"))
}

function linkNamed(plan: Topology, name: string): LabLink {
  const link = plan.links.find(candidate => candidate.name === name)
  if (link === undefined) throw new Error(`this lab has no link ${name}`)
  return link
}

async function endAll(children: ReadonlySet<Child>): Promise<void> {
  for (const child of children) child.kill("SIGKILL")
  await Promise.all([...children].map(child => child.exited))
}

/** A namespace lives on while a process is in it, so what children left behind (`ip monitor` of a killed agent) ends first. */
async function removeNamespaces(prefix: string): Promise<void> {
  const { stdout } = await run("ip", ["netns", "list"])
  const names = stdout.match(new RegExp(`^${prefix}-\\S+`, "gm")) ?? []
  const pids = await Promise.all(names.map(name => run("ip", ["netns", "pids", name])))
  for (const pid of pids.flatMap(({ stdout }) => stdout.split("\n").filter(Boolean))) killIfAlive(Number(pid))
  await ipBatch(
    [],
    names.map(name => `netns delete ${name}`),
  )
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}

async function ipBatch(options: readonly string[], commands: readonly string[]): Promise<void> {
  await run("ip", [...options, "-batch", "-"], { input: lines(commands) })
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`
}
