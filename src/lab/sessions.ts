import { timed, type FaultTime } from "./faults.ts"
import type { Lab } from "./lab.ts"
import type { LabLink } from "./topology.ts"
import { modemCommands, uplinkCable } from "./uplink.ts"

/** What pppd does when a session is up (pppd(8), defaultroute): an address with a peer, and a default route without a gateway. */
function sessionCommands({ interface: device, lease, metric }: LabLink, address: string): readonly string[] {
  return [
    `link set ${device} up`,
    `addr add ${address} peer ${lease.gateway} dev ${device}`,
    `route add default dev ${device} scope link metric ${metric}`,
  ]
}

/** A cable is no point-to-point device: the far end answers ARP for all that is behind it, at once. */
async function answerForAll(lab: Lab, { namespace }: LabLink): Promise<void> {
  const settings = ["net.ipv4.conf.lan.proxy_arp=1", "net.ipv4.neigh.lan.proxy_delay=0"]
  await lab.exec(namespace, "sysctl", ["-q", "-w", ...settings])
}

/** A PPP session begins: the interface is made, with an index that it never had, and set up. */
export function dial(lab: Lab, name: string, address: string): Promise<FaultTime> {
  const link = lab.link(name)
  return timed(async () => {
    await lab.ip("rtr", [uplinkCable(lab.prefix, link)])
    await answerForAll(lab, link)
    await lab.ip(link.namespace, modemCommands(link, link.lease))
    await lab.ip("rtr", sessionCommands(link, address))
  })
}
