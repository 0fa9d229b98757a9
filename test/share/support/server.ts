import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { daemon, type Daemon } from "./daemon.ts"
import { disposeInTheEnd, forget } from "./disposal.ts"
import { freePort, HOST } from "./ports.ts"
import { helperUser, redisCli } from "./redis-cli.ts"

/** A real server in a process and a directory of its own; both are gone when the test is over. */
export interface Server extends Omit<Daemon, "start"> {
  readonly host: string
  readonly port: number
  readonly socketPath: string
  readonly dir: string
  /** As a user who may do everything; `--user` and `--pass` make it another. @throws on an error reply. */
  readonly cli: (...args: readonly string[]) => Promise<string>
  /** Again, after a kill: with the same port and what is in the directory. */
  start(): Promise<void>
  dispose(): Promise<void>
}

/** Lines of the configuration file. */
export type Configure = (port: number, dir: string) => readonly string[] | Promise<readonly string[]>

const MOST_TRIES = 5

/** Somebody else may take the port between the look and the start. */
export async function startServer(configure: Configure, flags: readonly string[] = []): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    const server = await makeServer(configure, flags)
    try {
      await server.start()
      return server
    } catch (error) {
      await server.dispose()
      if (tries === MOST_TRIES || !String(error).includes("Address already in use")) throw error
    }
  }
}

async function makeServer(configure: Configure, flags: readonly string[]): Promise<Server> {
  const dir = await mkdtemp(join(tmpdir(), "evenkeel-redis-"))
  const process = daemon(["redis.conf", ...flags], dir)
  const dispose = async () => {
    await process.kill()
    await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    forget(dispose)
  }
  disposeInTheEnd(dispose)
  const port = await freePort()
  const socketPath = join(dir, "redis.sock")
  const cli = (...args: readonly string[]) => redisCli(socketPath, args)
  await writeFile(join(dir, "redis.conf"), [...common(socketPath), ...(await configure(port, dir)), ""].join("\n"))
  return Object.assign(process, {
    host: HOST,
    port,
    socketPath,
    dir,
    cli,
    start: startOf(process, cli),
    dispose,
  })
}

function startOf({ start }: Daemon, cli: Server["cli"]): Server["start"] {
  return () => start(async () => (await cli("PING")) === "PONG")
}

function common(socketPath: string): readonly string[] {
  return [
    `bind ${HOST}`,
    `unixsocket ${socketPath}`,
    'save ""',
    // Five seconds by default, in which a master waits whether more replicas want the same copy.
    "repl-diskless-sync-delay 0",
    helperUser,
  ]
}
