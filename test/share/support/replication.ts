import type { Server } from "./server.ts"

export async function isMaster({ cli }: Server): Promise<boolean> {
  return (await cli("INFO", "replication")).includes("role:master")
}

/** Has all that its master has, or is one. */
export async function isInSync({ cli }: Server): Promise<boolean> {
  return /role:master|master_link_status:up/.test(await cli("INFO", "replication"))
}

export async function every<T>(all: readonly T[], isSo: (one: T) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(all.map(isSo))).every(Boolean)
}

export async function disposeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(server => server.dispose()))
}
