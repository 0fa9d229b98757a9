import { readFile } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"

/** linux/netlink.h */
const NETLINK_NETFILTER = 12

/** Bits of the multicast groups that a socket has joined (linux/netfilter/nfnetlink.h, enum nfnetlink_groups). */
export const NEW_CONNECTIONS = 1 << 0
export const TRACED_PACKETS = 1 << 8

const LOOK_MS = 20
/** What a monitor that cannot start says is worth more than what comes of waiting for it. */
const PATIENCE_MS = 3_000

/** How many sockets of this network namespace listen to a group (`/proc/net/netlink`, net/netlink/af_netlink.c). */
export async function listenersTo(group: number): Promise<number> {
  const lines = (await readFile("/proc/net/netlink", "utf8")).split("\n").slice(1)
  const sockets = lines.map(line => line.trim().split(/\s+/))
  return sockets.filter(
    ([, protocol, , groups = ""]) => Number(protocol) === NETLINK_NETFILTER && (parseInt(groups, 16) & group) !== 0,
  ).length
}

/** A monitor does not say when it has joined its group: waits until there are so many listeners, or for three seconds. */
export async function untilListeners(group: number, count: number): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS
  while ((await listenersTo(group)) < count && performance.now() < endMs) await sleep(LOOK_MS)
}
