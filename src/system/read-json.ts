import { z } from "zod"
import { run } from "./run.ts"

/**
 * Runs a program and checks the shape of the JSON that it prints. Keys that the schema does not name are ignored.
 * @throws RunError when the program fails; Error, naming the command and the path in the JSON, when the shape is another.
 */
export async function readJson<T>(file: string, args: readonly string[], schema: z.ZodType<T>): Promise<T> {
  const command = [file, ...args].join(" ")
  const result = schema.safeParse(parse(command, (await run(file, args)).stdout))
  if (result.success) return result.data
  throw new Error(`${command}: unexpected output\n${z.prettifyError(result.error)}`)
}

function parse(command: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${command}: not JSON: ${text.slice(0, 100)}`, { cause })
  }
}
