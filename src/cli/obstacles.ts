import type { Obstacle } from "../core/facts.ts"

interface Remedy {
  /** What has to happen first. */
  readonly change: string
  /** What to look at, ready to copy. */
  readonly look: (device: string) => readonly string[]
}

const remedies: Readonly<Record<Obstacle, Remedy>> = {
  "interface missing": {
    change: "The interface has to come back (PPP session, USB modem, its name)",
    look: () => ["ip -brief link"],
  },
  "no carrier": {
    change: "The interface has to be up with a carrier (cable, modem, port)",
    look: device => [`ip link show ${device}`, `ip link set ${device} up`],
  },
  "no address": {
    change: "The interface has to get an address (DHCP, PPP, router advertisement)",
    look: device => [`ip addr show ${device}`, `dhclient -v ${device}`],
  },
  "no gateway": {
    change:
      "A gateway has to be known (default route of the DHCP client or a router advertisement, or gateway: in the configuration)",
    look: device => [`ip route show default dev ${device}`, `dhclient -v ${device}`],
  },
}

export function isObstacle(reason: string): reason is Obstacle {
  return Object.hasOwn(remedies, reason)
}

export function remedyFor(obstacle: Obstacle): Remedy {
  return remedies[obstacle]
}
