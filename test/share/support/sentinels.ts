import { startRedis } from "./redis.ts"
import { disposeAll, every, isInSync, isMaster } from "./replication.ts"
import { startServer, type Server } from "./server.ts"
import { until } from "./until.ts"

const MASTER_NAME = "evenkeel"
const QUORUM = 2

/** A master with two replicas, and three sentinels who watch over them. */
export interface SentinelSetup {
  readonly masterName: string
  readonly sentinels: readonly Server[]
  readonly nodes: readonly Server[]
  /** Whom the sentinels name. */
  master(): Promise<Server>
  /** Resolves with the new master, when all sentinels name it. */
  killMaster(): Promise<Server>
  dispose(): Promise<void>
}

export async function startSentinelSetup(): Promise<SentinelSetup> {
  const first = await startRedis()
  const replicas = await Promise.all([startRedis({ replicaOf: first }), startRedis({ replicaOf: first })])
  const nodes = [first, ...replicas]
  // Sentinels ask a master for its replicas when they start, and then every ten seconds: so they come last.
  await until("replicas are in sync", () => every(replicas, isInSync))
  const sentinels = await Promise.all([startSentinel(first), startSentinel(first), startSentinel(first)])
  await until("sentinels know one another", () => every(sentinels, knowsAll))
  return {
    masterName: MASTER_NAME,
    sentinels,
    nodes,
    master: () => masterOf(nodes, sentinels),
    killMaster: () => killMaster(nodes, sentinels),
    dispose: () => disposeAll([...sentinels, ...nodes]),
  }
}

function startSentinel(master: Server): Promise<Server> {
  const configure = (port: number) => [
    `port ${port}`,
    `sentinel monitor ${MASTER_NAME} ${master.host} ${master.port} ${QUORUM}`,
    `sentinel down-after-milliseconds ${MASTER_NAME} 500`,
    `sentinel failover-timeout ${MASTER_NAME} 2000`,
  ]
  return startServer(configure, ["--sentinel"])
}

async function knowsAll({ cli }: Server): Promise<boolean> {
  return (await cli("INFO", "sentinel")).includes("slaves=2,sentinels=3")
}

async function masterOf(nodes: readonly Server[], sentinels: readonly Server[]): Promise<Server> {
  const named = await Promise.all(sentinels.filter(({ isAwake }) => isAwake).map(namedBy))
  const master = nodes.find(({ port }) => port === named[0])
  if (master === undefined || new Set(named).size > 1) throw new Error(`the sentinels name ${named.join(", ")}`)
  return master
}

async function namedBy({ cli }: Server): Promise<number> {
  const [, port] = (await cli("SENTINEL", "get-master-addr-by-name", MASTER_NAME)).split("\n")
  return Number(port)
}

async function killMaster(nodes: readonly Server[], sentinels: readonly Server[]): Promise<Server> {
  const old = await masterOf(nodes, sentinels)
  await old.kill()
  let master = old
  await until("another master is named", async () => {
    master = await masterOf(nodes, sentinels)
    return master !== old && (await isMaster(master))
  })
  return master
}
