import type { LinkConfig } from "./config.ts"
import type { Family } from "./ip-family.ts"
import type { Facts } from "./facts.ts"
import { isWithin } from "./ipv4.ts"
import { isOurs, mainTable, type Interface, type Route } from "./kernel.ts"

/**
 * A gateway that was seen to belong to an address: what to go by while the default route that named it is gone. Of IPv4
 * only: a router that takes back its advertisement says that it is none any more (RFC 4861, 6.2.5).
 */
export interface RememberedGateway {
  readonly gateway: string
  readonly address: string
}

type NextHop = Pick<Facts, "gateway" | "pointToPoint">

const direct: NextHop = { gateway: null, pointToPoint: true }
const unknown: NextHop = { gateway: null, pointToPoint: false }

/** What the kernel's state says of one link, in one family. */
export function factsOf(
  family: Family,
  link: LinkConfig,
  interfaces: readonly Interface[],
  routes: readonly Route[],
  remembered: RememberedGateway | null,
): Facts {
  const device = interfaces.find(({ name }) => name === link.interface)
  return {
    index: device?.index ?? null,
    carrier: hasCarrier(device),
    address: device?.addresses[0]?.address ?? null,
    ...nextHop(link, device, routes.filter(isForeignDefault(family)), family === 4 ? remembered : null),
  }
}

/** What to remember after these facts: the last gateway that was known together with an address. */
export function remember(facts: Facts, before: RememberedGateway | null): RememberedGateway | null {
  const { gateway, address } = facts
  return gateway === null || address === null ? before : { gateway, address }
}

function hasCarrier(device: Interface | undefined): boolean {
  return device !== undefined && ["UP", "LOWER_UP"].every(flag => device.flags.includes(flag))
}

function nextHop(
  link: LinkConfig,
  device: Interface | undefined,
  routes: readonly Route[],
  remembered: RememberedGateway | null,
): NextHop {
  if (link.gateway === "none") return direct
  if (link.gateway !== "auto") return via(link.gateway)
  const route = bestDefaultRoute(link.interface, routes)
  if (route !== undefined) return route.gateway === null ? direct : via(route.gateway)
  if (device?.flags.includes("POINTOPOINT")) return direct
  return remembered !== null && isStillValid(remembered, device) ? via(remembered.gateway) : unknown
}

function via(gateway: string): NextHop {
  return { gateway, pointToPoint: false }
}

/** The main table's route with the lowest metric, else another table's. */
function bestDefaultRoute(device: string, routes: readonly Route[]): Route | undefined {
  return routes
    .filter(route => route.device === device)
    .sort((a, b) => Number(b.table === mainTable) - Number(a.table === mainTable) || a.metric - b.metric)[0]
}

/** Our own would only tell us what we believed. A next hop reached over the other family cannot be written as ours. */
function isForeignDefault(family: Family): (route: Route) => boolean {
  const isReached = ({ gateway }: Route) => gateway === null || gateway.includes(":") === (family === 6)
  return route => route.type === "unicast" && route.destination === "default" && !isOurs(route) && isReached(route)
}

/** An interface that went down comes back without its default route until its DHCP client has renewed the lease. */
function isStillValid({ gateway, address }: RememberedGateway, device: Interface | undefined): boolean {
  return device?.addresses.some(own => own.address === address && isWithin(gateway, own)) ?? false
}
