import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/** A lab's programs are started by plain Node from the build, wherever this file itself runs from. */
const root = dirname(createRequire(import.meta.url).resolve("evenkeel/package.json"))

/** Built file of a program of the lab. */
export function program(name: "enter" | "client" | "server"): string {
  return join(root, "dist/src/lab", `${name}.js`)
}

/** Built file of the agent. */
export const agentProgram = join(root, "dist/src/main.js")
