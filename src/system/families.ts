import { existsSync } from "node:fs"
import type { Family } from "../core/ip-family.ts"

/** Families that this kernel knows: `ipv6.disable=1` leaves IPv4 alone. */
export function familiesHere(): readonly Family[] {
  return existsSync("/proc/net/if_inet6") ? [4, 6] : [4]
}
