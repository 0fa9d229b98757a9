import { argv, exit } from "node:process"
import { init, reenter } from "./namespaces.ts"

/** `node enter.js -- COMMAND…`: the command in private namespaces, its exit code passed on. */
async function main(args: readonly string[]): Promise<number> {
  const command = args.slice(args.indexOf("--") + 1)
  if (!args.includes("--") || command.length === 0) throw new Error("usage: enter.js -- COMMAND [ARGUMENT…]")
  return args[0] === "--init" ? init(command, args.slice(1, args.indexOf("--"))) : reenter(command)
}

main(argv.slice(2)).then(exit, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  exit(1)
})
