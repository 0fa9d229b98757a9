import type { Server } from "./server.ts"

/** A node of the cluster as one of them sees it. */
export interface ClusterNode {
  readonly id: string
  readonly port: number
  readonly hasFailed: boolean
  /** Of a replica. */
  readonly masterId: string | null
  /** First and last of each range. */
  readonly slots: readonly (readonly [number, number])[]
}

/** https://redis.io/docs/latest/commands/cluster-nodes/ */
export async function clusterNodes({ cli }: Server): Promise<readonly ClusterNode[]> {
  return (await cli("CLUSTER", "NODES")).trim().split("\n").map(parse)
}

function parse(line: string): ClusterNode {
  const [id = "", address = "", flags = "", masterId = "-", , , , , ...slots] = line.trim().split(" ")
  return {
    id,
    port: Number(/:(\d+)@/.exec(address)?.[1]),
    hasFailed: flags.split(",").includes("fail"),
    masterId: masterId === "-" ? null : masterId,
    slots: slots.map(range),
  }
}

function range(text: string): readonly [number, number] {
  const [first, last = first] = text.split("-").map(Number)
  return [Number(first), Number(last)]
}

export async function isOk({ cli }: Server): Promise<boolean> {
  return (await cli("CLUSTER", "INFO")).includes("cluster_state:ok")
}

/** The master of the key's slot. */
export async function masterNode(asked: Server, key: string): Promise<ClusterNode> {
  const slot = Number(await asked.cli("CLUSTER", "KEYSLOT", key))
  const isItsMaster = ({ slots, hasFailed }: ClusterNode) =>
    !hasFailed && slots.some(([first, last]) => first <= slot && slot <= last)
  const master = (await clusterNodes(asked)).find(isItsMaster)
  if (master === undefined) throw new Error(`no node has slot ${slot}`)
  return master
}

export async function replicaNode(asked: Server, key: string): Promise<ClusterNode> {
  const { id } = await masterNode(asked, key)
  const replica = (await clusterNodes(asked)).find(({ masterId, hasFailed }) => masterId === id && !hasFailed)
  if (replica === undefined) throw new Error(`the master of ${key} has no replica`)
  return replica
}
