import { RunError } from "./run-error.ts"
import { run } from "./run.ts"

/** Interfaces whose network card may forward by itself (ethtool(8), -k); none where ethtool is not installed. */
export async function hardwareOffloads(devices: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(devices.map(features))
  return devices.filter((_, i) => /^hw-tc-offload: on/m.test(answers[i] ?? ""))
}

async function features(device: string): Promise<string> {
  try {
    return (await run("ethtool", ["-k", device])).stdout
  } catch (error) {
    if (error instanceof RunError) return ""
    throw error
  }
}
