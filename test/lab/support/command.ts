import { execPath } from "node:process"
import type { Lab } from "../../../src/lab/lab.ts"
import { agentProgram } from "../../../src/lab/paths.ts"

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** The shell reports the exit code on a descriptor of its own, and runs what its positional parameters say. */
const script = '"$@"; echo "exit code $?" >&2'

/** Runs one command of evenkeel on the router as a person would, whatever its exit code. */
export async function evenkeel(lab: Lab, command: string, ...args: readonly string[]): Promise<Ended> {
  const words = [execPath, agentProgram, command, "-c", `${lab.dir}/evenkeel.yaml`, ...args]
  const { stdout, stderr } = await lab.exec("rtr", "sh", ["-c", script, "sh", ...words], { timeoutMs: 60_000 })
  const [, said = "", code] = /^([^]*)exit code (\d+)\n$/.exec(stderr) ?? []
  return { stdout, stderr: said, exitCode: Number(code) }
}

/** The same with `--json`. */
export async function evenkeelJson(lab: Lab, command: string, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse((await evenkeel(lab, command, ...args, "--json")).stdout) as unknown
}
