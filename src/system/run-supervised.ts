import { Socket } from "node:net"
import { constants } from "node:os"
import { createInterface } from "node:readline"
import type { Writable } from "node:stream"
import { execa } from "execa"
import { RunError, type Failure } from "./run-error.ts"

/**
 * Descriptor of the channel to a supervised program: the name of each signal to pass on, one a line. A signal sent to
 * the process that was started here would not reach it in its own pid namespace (pid_namespaces(7)).
 */
const channelFd = 3

/**
 * Runs a program on this process's own terminal; it must call `runInit`, which is told of the signals that come here.
 * @returns its exit code; 128 + n when signal n ended it.
 * @throws RunError when it cannot be started.
 */
export async function runSupervised(file: string, args: readonly string[]): Promise<number> {
  const child = execa(file, args, { stdio: ["inherit", "inherit", "inherit", "pipe"], cleanup: false, reject: false })
  // execa's types call every pipe beyond standard error an output; Node makes them sockets, open both ways.
  const channel = child.stdio[channelFd] as unknown as Writable
  const stopForwarding = forwardSignals(channel)
  const result = await child
  stopForwarding()
  return exitCodeOf(file, args, result)
}

/** The terminal sends Ctrl-C to every process of the foreground group, so there SIGINT must not be sent twice. */
function forwardSignals(channel: Writable): () => void {
  channel.on("error", () => undefined)
  const forward = (signal: NodeJS.Signals) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) channel.write(`${signal}\n`)
  }
  const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const
  for (const signal of signals) process.on(signal, forward)
  return () => {
    for (const signal of signals) process.off(signal, forward)
  }
}

/**
 * The other end of `runSupervised`: runs a program on this process's terminal, hands it the signals that arrive over the
 * channel, and exits at once when the supervisor is gone.
 * @returns its exit code; 128 + n when signal n ended it.
 * @throws RunError when it cannot be started.
 */
export async function runInit(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = execa(file, args, { stdio: "inherit", env, cleanup: false, reject: false })
  process.on("SIGINT", () => undefined)
  const channel = new Socket({ fd: channelFd, readable: true, writable: false })
  createInterface({ input: channel }).on("line", signal => child.kill(signal as NodeJS.Signals))
  channel.on("close", () => process.exit(1))
  return exitCodeOf(file, args, await child)
}

function exitCodeOf(file: string, args: readonly string[], end: Failure): number {
  if (end.exitCode !== undefined) return end.exitCode
  const number = Object.entries(constants.signals).find(([name]) => name === end.signal)?.[1]
  if (number === undefined) throw new RunError(file, args, end)
  return 128 + number
}
