import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { closeSync, openSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { until } from "./until.ts"

/** A redis-server that can be killed and started again. */
export interface Daemon {
  /** Neither killed nor paused. */
  readonly isAwake: boolean
  /** Resolves when it answers. @throws with its log when it ends before that. */
  readonly start: (answers: () => Promise<boolean>) => Promise<void>
  /** Resolves when it is gone. */
  kill(): Promise<void>
  /** It keeps its connections, and says nothing. */
  pause(): void
  resume(): void
}

export function daemon(args: readonly string[], dir: string): Daemon {
  const logFile = join(dir, "log")
  let child: ChildProcess | null = null
  let isPaused = false
  return {
    get isAwake() {
      return isAlive(child) && !isPaused
    },
    start: async answers => {
      if (isAlive(child)) throw new Error("redis-server runs already")
      const started = (child = launch(args, dir, logFile))
      isPaused = false
      try {
        await until("redis-server answers", async () => !isAlive(started) || (await answers()))
        if (!isAlive(started)) throw new Error("redis-server ended")
      } catch (error) {
        throw new Error(`redis-server did not start:\n${await tail(logFile)}`, { cause: error })
      }
    },
    kill: async () => {
      if (!isAlive(child)) return
      const exited = once(child, "exit")
      child.kill("SIGKILL")
      await exited
    },
    pause: () => {
      child?.kill("SIGSTOP")
      isPaused = true
    },
    resume: () => {
      child?.kill("SIGCONT")
      isPaused = false
    },
  }
}

/**
 * The kernel kills it when this process dies, however that happens. It takes its part from the name it is called by:
 * Debian has the server as redis-check-rdb in redis-tools, and under its own name only together with a service.
 */
export function guarded(args: readonly string[]): readonly [string, ...string[]] {
  const byItsName = 'exec -a redis-server redis-check-rdb "$@"'
  return ["setpriv", "--pdeathsig", "KILL", "bash", "-c", byItsName, "bash", ...args]
}

function launch(args: readonly string[], dir: string, logFile: string): ChildProcess {
  const [file, ...rest] = guarded(args)
  const log = openSync(logFile, "a")
  try {
    // A spawn that fails leaves a child without a pid, which is not alive.
    return spawn(file, rest, { cwd: dir, stdio: ["ignore", log, log] }).on("error", () => undefined)
  } finally {
    closeSync(log)
  }
}

function isAlive(child: ChildProcess | null): child is ChildProcess {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null
}

async function tail(file: string): Promise<string> {
  return (await readFile(file, "utf8")).split("\n").slice(-20).join("\n")
}
