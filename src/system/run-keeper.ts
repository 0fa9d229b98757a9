import { execa } from "execa"
import { handedOn } from "./handed-on.ts"

/** Waits for a line; at the end of input without one, becomes the program that its positional parameters say. */
const script = 'read -r _ || exec "$@"'

/**
 * Has a program run when this process ends in whatever way, SIGKILL included: the kernel then closes the pipe that a small
 * shell, in a session of its own, reads from.
 * @returns what calls it off
 */
export function runAtDeath(file: string, args: readonly string[]): () => void {
  const keeper = execa("sh", ["-c", script, "sh", file, ...args], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
    env: handedOn(),
    extendEnv: false,
    cleanup: false,
    reject: false,
  })
  keeper.stdin.on("error", () => undefined)
  keeper.unref()
  return () => {
    keeper.stdin.end("done\n")
  }
}
