import { readFile } from "node:fs/promises"
import { cpus, release } from "node:os"
import { version } from "node:process"
import { run } from "../../../src/system/run.ts"

/** What the figures depend on, in one line: processors, kernel, and the versions of what was measured. */
export async function machine(packages: readonly string[]): Promise<string> {
  const system = /^PRETTY_NAME="(.*)"$/m.exec(await readFile("/etc/os-release", "utf8"))?.[1] ?? "Linux"
  const { stdout: iptables } = await run("iptables", ["--version"])
  return [
    `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`,
    `Linux ${/^\d+\.\d+/.exec(release())?.[0] ?? release()}`,
    system,
    `Node ${version}`,
    iptables.trim(),
    ...(await Promise.all(packages.map(async name => `${name} ${await packageVersion(name)}`))),
  ].join(", ")
}

async function packageVersion(name: string): Promise<string> {
  return (await run("dpkg-query", ["--show", "--showformat=${Version}", name])).stdout
}
