import { readFile } from "node:fs/promises"
import { Cluster, Redis, type CommonRedisOptions, type RedisOptions } from "ioredis"
import type { Endpoint, ShareConfig, StoreAddress, StoreTls } from "../core/config.ts"
import { createGuard } from "./guard.ts"
import { scripts } from "./scripts.ts"

/** The commands of `scripts.ts`; ioredis adds them at run time. */
interface Scripted {
  evenkeelAppend(
    stream: string,
    after: string,
    line: string,
    most: number,
    ...numbersAndLines: readonly string[]
  ): Promise<string>
  evenkeelEnd(stream: string, mostBytes: number): Promise<readonly [] | readonly [id: string, line: string]>
  evenkeelRenew(record: string, routers: string, router: string, json: string, ttlMs: number): Promise<number>
}

export type Client = (Redis | Cluster) & Scripted

/** A client of one server has its connection where we can see it. */
export interface WithStream {
  readonly stream?: NodeJS.ReadableStream & { destroy(error: Error): void }
}

/** A command that takes longer than this counts as failed, and its connection as dead. */
const COMMAND_TIMEOUT_MS = 3_000
const CONNECT_TIMEOUT_MS = 3_000

/** What is read from files for each connection, so that a renewed certificate or password needs no restart. */
interface Credentials {
  readonly password: string | undefined
  readonly tls: object | undefined
}

export interface Opened {
  readonly client: Client
  /** What nobody may read in an error. */
  readonly secrets: readonly string[]
}

/**
 * A client that is not connected yet. It gives up at the first trouble, instead of trying again by itself with commands
 * whose time is over: whoever uses it makes a new one.
 * @throws when a file of the configuration cannot be read.
 */
export async function openClient({ store, login, tls }: ShareConfig): Promise<Opened> {
  const credentials = { password: await passwordOf(login), tls: tls === null ? undefined : await tlsOptions(tls) }
  const { username, db } = login
  const sentinelPassword = login.sentinelPassword?.()
  const common = { ...commonOptions(credentials), ...(username === null ? {} : { username }) }
  const secrets = [credentials.password, sentinelPassword].filter(secret => secret !== undefined)
  const client = clientFor(store, { ...common, db }, sentinelPassword) as Client
  if (client.isCluster) client.on("+node", guarded)
  else guarded(client as Redis)
  return { client, secrets }
}

/** Before the first byte comes: the event is told before the stream begins to flow. */
function guarded(client: Redis): void {
  client.on("connect", () => {
    ;(client as WithStream).stream?.prependListener("data", createGuard())
  })
}

function clientFor(store: StoreAddress, options: RedisOptions, sentinelPassword: string | undefined): Redis | Cluster {
  switch (store.kind) {
    case "single":
      return new Redis({ ...options, host: store.host, port: store.port })
    case "socket":
      return new Redis({ ...options, path: store.path })
    case "sentinels":
      return new Redis({ ...options, ...sentinelOptions(store, options, sentinelPassword) })
    case "cluster":
      return clusterOf(store.nodes, options)
  }
}

function commonOptions({ password, tls }: Credentials): CommonRedisOptions & { readonly tls?: object } {
  return {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    scripts,
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  }
}

function sentinelOptions(
  { sentinels, name }: Extract<StoreAddress, { kind: "sentinels" }>,
  { tls }: RedisOptions,
  sentinelPassword: string | undefined,
): RedisOptions {
  return {
    sentinels: [...sentinels],
    name,
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
    failoverDetector: true,
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  }
}

function clusterOf(nodes: readonly Endpoint[], { scripts: defined, ...redisOptions }: RedisOptions): Cluster {
  return new Cluster([...nodes], {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 3,
    slotsRefreshTimeout: COMMAND_TIMEOUT_MS,
    redisOptions,
    ...(defined === undefined ? {} : { scripts: defined }),
  })
}

async function passwordOf({ password, passwordFile }: ShareConfig["login"]): Promise<string | undefined> {
  if (passwordFile === null) return password?.()
  return (await readFile(passwordFile, "utf8")).replace(/\r?\n$/, "")
}

async function tlsOptions({ ca, cert, key, serverName }: StoreTls): Promise<object> {
  const read = async (file: string | null) => (file === null ? undefined : readFile(file, "utf8"))
  const [authority, certificate, privateKey] = await Promise.all([ca, cert, key].map(read))
  return {
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate, key: privateKey }),
    ...(serverName === null ? {} : { servername: serverName }),
  }
}
