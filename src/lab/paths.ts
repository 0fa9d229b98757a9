import { extname, join } from "node:path"

/** Tests run this file as TypeScript, yet the programs of a lab are started by plain Node, from the build. */
const root =
  extname(import.meta.filename) === ".ts" ? join(import.meta.dirname, "../../dist") : join(import.meta.dirname, "../..")

/** Built file of a program of the lab. */
export function program(name: "enter" | "client" | "server"): string {
  return join(root, "src/lab", `${name}.js`)
}

/** Built file of the agent. */
export const agentProgram = join(root, "src/main.js")
