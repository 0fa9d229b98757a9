import { clusterNodes, isOk, masterNode, replicaNode, type ClusterNode } from "./cluster-view.ts"
import { startRedis } from "./redis.ts"
import { disposeAll, every, isInSync } from "./replication.ts"
import type { Server } from "./server.ts"
import { until } from "./until.ts"

const NODE_TIMEOUT_MS = 1_000

/** Three masters with a replica each. */
export interface RedisCluster {
  readonly nodes: readonly Server[]
  masterOf(key: string): Promise<Server>
  replicaOf(key: string): Promise<Server>
  /** Resolves when the others know of it, and again have a master for every slot. */
  kill(node: Server): Promise<void>
  /** Resolves when all nodes that run know one another, all slots have a master and all replicas its data. */
  settled(): Promise<void>
  dispose(): Promise<void>
}

export async function startCluster(): Promise<RedisCluster> {
  const config = ["cluster-enabled yes", `cluster-node-timeout ${NODE_TIMEOUT_MS}`]
  const nodes = await Promise.all(Array.from({ length: 6 }, () => startRedis({ config })))
  await join(nodes)
  const cluster: RedisCluster = {
    nodes,
    masterOf: async key => find(nodes, await masterNode(awake(nodes), key)),
    replicaOf: async key => find(nodes, await replicaNode(awake(nodes), key)),
    kill: async node => {
      await node.kill()
      await until("the cluster does without it", () => every(allAwake(nodes), other => doesWithout(other, node)))
    },
    settled: () => until("the cluster is settled", () => every(allAwake(nodes), one => isSettled(one, nodes))),
    dispose: () => disposeAll(nodes),
  }
  await cluster.settled()
  return cluster
}

async function join(nodes: readonly Server[]): Promise<void> {
  const endpoints = nodes.map(({ host, port }) => `${host}:${port}`)
  await nodes[0]?.cli("--cluster", "create", ...endpoints, "--cluster-replicas", "1", "--cluster-yes")
}

async function doesWithout(asked: Server, gone: Server): Promise<boolean> {
  const node = (await clusterNodes(asked)).find(({ port }) => port === gone.port)
  return node?.hasFailed === true && (await isOk(asked))
}

async function isSettled(asked: Server, nodes: readonly Server[]): Promise<boolean> {
  const seen = await clusterNodes(asked)
  const isGone = (node: ClusterNode) => !find(nodes, node).isAwake
  // Until the word goes round that a node has become a replica, it is seen as a master of nothing.
  const isPlaced = ({ masterId, slots }: ClusterNode) => masterId !== null || slots.length > 0
  const isRight = seen.every(node => (node.hasFailed ? isGone(node) : isPlaced(node)))
  return isRight && (await isOk(asked)) && (await isInSync(asked))
}

const allAwake = (nodes: readonly Server[]) => nodes.filter(({ isAwake }) => isAwake)

function awake(nodes: readonly Server[]): Server {
  const [first] = allAwake(nodes)
  if (first === undefined) throw new Error("no node of the cluster is running")
  return first
}

function find(nodes: readonly Server[], { port }: ClusterNode): Server {
  const node = nodes.find(one => one.port === port)
  if (node === undefined) throw new Error(`no node of ours has port ${port}`)
  return node
}
