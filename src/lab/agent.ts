import { mkdir, writeFile } from "node:fs/promises"
import { execPath } from "node:process"
import { map, type Observable } from "rxjs"
import { stringify } from "yaml"
import type { JournalEvent } from "../core/events.ts"
import { familyName, type FamilyName } from "../core/family.ts"
import type { Child } from "../system/run-child.ts"
import type { RunResult } from "../system/run.ts"
import { follow } from "./follow.ts"
import type { Lab } from "./lab.ts"
import { agentProgram } from "./paths.ts"
import { lanInterface } from "./topology.ts"

/** Keys of the configuration file to add or replace: at its top, and of each link by name. */
export interface ConfigOverrides {
  readonly top?: Readonly<Record<string, unknown>>
  readonly links?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const weights: readonly (readonly number[])[] = [[], [100], [70, 30], [50, 30, 20]]

/** A configuration file for the lab's router: marks 1, 2, …; all targets by ICMP and the second one by TCP as well. */
export function labConfig(lab: Lab, { top = {}, links = {} }: ConfigOverrides = {}): string {
  const [first = "", second = first] = lab.targets
  return stringify({
    router: "lab",
    site: "lab",
    ...placesOf(lab),
    lan: [lanInterface],
    links: lab.links.map((link, index) => ({
      name: link.name,
      interface: link.interface,
      mark: index + 1,
      weight: weights[lab.links.length]?.[index] ?? 10,
      ...links[link.name],
    })),
    probes: [...lab.targets.map(address => ({ icmp: address })), { tcp: `${second}:53` }, ...probes6(lab)],
    ...top,
  })
}

function probes6({ family, targets6 }: Lab): readonly object[] {
  if (family === 4) return []
  return [
    ...targets6.map(address => ({ icmp: address })),
    ...targets6.slice(1, 2).map(host => ({ tcp: `[${host}]:53` })),
  ]
}

/** Where the lab's agent keeps its state, and where it is spoken to: keys of its configuration. */
export function placesOf({ dir }: Pick<Lab, "dir">) {
  return { stateDir: `${dir}/state`, socket: `${dir}/control.sock` } as const
}

const configFile = (lab: Lab) => `${lab.dir}/evenkeel.yaml`

/** Writes the router's configuration file. */
export async function configure(lab: Lab, yaml: string): Promise<void> {
  await mkdir(placesOf(lab).stateDir, { recursive: true })
  await writeFile(configFile(lab), yaml)
}

/** Runs one command of evenkeel on the router, with the file that `configure` wrote. @throws RunError */
export function evenkeel(lab: Lab, command: string, ...args: readonly string[]): Promise<RunResult> {
  return lab.exec("rtr", execPath, [agentProgram, command, "-c", configFile(lab), ...args], { timeoutMs: 60_000 })
}

export interface LabAgent {
  readonly child: Child
  readonly configFile: string
  readonly stateDir: string
  /** That the lab's users speak. */
  readonly family: FamilyName
  /** The journal: from its first line on for every subscriber, those of earlier agents of this lab included. */
  readonly events$: Observable<JournalEvent>
}

/** Writes the configuration and starts the agent on the router (`flags`: of `run`). It may be killed and started again: its state stays. */
export async function startAgent(lab: Lab, yaml: string, ...flags: readonly string[]): Promise<LabAgent> {
  await configure(lab, yaml)
  const { stateDir } = placesOf(lab)
  const child = await lab.spawn("rtr", execPath, [agentProgram, "run", "-c", configFile(lab), ...flags])
  return {
    child,
    configFile: configFile(lab),
    stateDir,
    family: familyName(lab.family),
    events$: follow(`${stateDir}/events.jsonl`).pipe(map(line => JSON.parse(line) as JournalEvent)),
  }
}
