import { Cluster, Redis, type CommonRedisOptions, type RedisOptions } from "ioredis"
import type { Endpoint, ShareConfig, StoreAddress } from "../core/share-config.ts"
import { credentialsOf, type Credentials } from "./credentials.ts"
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

export interface Opened {
  readonly client: Client
  /** What nobody may read in an error. */
  readonly secrets: readonly string[]
}

/**
 * A client that is not connected yet. It gives up at the first trouble, instead of trying again by itself with commands
 * whose time is over: whoever uses it makes a new one. A reply of more than `mostBytes` is
 * trouble, too.
 * @throws when a file of the configuration cannot be read.
 */
export async function openClient({ store, login, tls }: ShareConfig, mostBytes: number): Promise<Opened> {
  const credentials = await credentialsOf({ login, tls })
  const { username, db } = login
  const sentinelPassword = login.sentinelPassword?.()
  const common = { ...commonOptions(credentials), ...(username === null ? {} : { username }) }
  const secrets = [credentials.password, sentinelPassword].filter(secret => secret !== undefined)
  const client = clientFor(store, { ...common, db }, sentinelPassword) as Client
  const guarded = (each: Redis) => {
    guard(each, mostBytes)
  }
  if (client.isCluster) client.on("+node", guarded)
  else guarded(client as Redis)
  return { client, secrets }
}

/** The event is told before the stream begins to flow. */
function guard(client: Redis, mostBytes: number): void {
  client.on("connect", () => {
    const { stream } = client as WithStream
    stream?.prependListener(
      "data",
      createGuard(mostBytes, error => {
        stream.destroy(error)
      }),
    )
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
