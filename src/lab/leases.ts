import { timed, type FaultTime } from "./faults.ts"
import type { Lab } from "./lab.ts"
import type { LabLink, Lease } from "./topology.ts"
import { advertised, advertiser, leaseCommands, modemCommands, uplinkCable } from "./uplink.ts"

/** The DHCP client gets another lease: old address and route go, new ones come. The modem changes with it. */
export function addressChange(lab: Lab, name: string, change: Partial<Lease>): Promise<FaultTime> {
  const link = lab.link(name)
  const lease = { ...link.lease, ...change }
  return timed(async () => {
    if (lease.gateway !== link.lease.gateway) await lab.ip(link.namespace, modemSide(lab, link, lease))
    await lab.ip("rtr", routerSide(lab, link, lease))
  })
}

/** The lease is over, or its DHCP client's script has not got to the new one yet. */
export function addressLoss(lab: Lab, name: string): Promise<FaultTime> {
  return timed(() => lab.ip("rtr", [`addr flush dev ${lab.link(name).interface}`]))
}

/** The DHCP client gets the same lease again, for another while. */
export function leaseRenewal(lab: Lab, name: string): Promise<FaultTime> {
  const { interface: device, lease } = lab.link(name)
  return timed(() => lab.ip("rtr", [`addr change ${lease.address}/24 dev ${device} valid_lft 3600 preferred_lft 3600`]))
}

/** The address stays, and the default route leads to another gateway of its subnet. */
export function gatewayChange(lab: Lab, name: string, gateway: string): Promise<FaultTime> {
  const { namespace, interface: device, lease, metric } = lab.link(name)
  const route = `default via ${gateway} dev ${device} proto dhcp src ${lease.address} metric ${metric}`
  return timed(async () => {
    await lab.ip(namespace, modemCommands(lab.link(name), { ...lease, gateway }))
    await lab.ip("rtr", [`route replace ${route}`])
  })
}

/** The interface vanishes, as a PPP interface does when its session ends. */
export function deleteInterface(lab: Lab, name: string): Promise<FaultTime> {
  return timed(() => lab.ip("rtr", [`link delete ${lab.link(name).interface}`]))
}

/**
 * The PPP session ends and the next one has other addresses: only with it does a point-to-point interface change them, and
 * only when it goes does the kernel let go of what it translated (masq_inet_event compares the far end's address).
 */
export async function newSession(lab: Lab, name: string, change: Partial<Lease>): Promise<FaultTime> {
  const { askedMs } = await deleteInterface(lab, name)
  const { doneMs } = await remakeInterface(lab, name, change)
  return { askedMs, doneMs }
}

/** It comes back under its name with another index, and the DHCP client sets it up; by default as it was. */
export function remakeInterface(lab: Lab, name: string, change: Partial<Lease> = {}): Promise<FaultTime> {
  const link = lab.link(name)
  const lease = { ...link.lease, ...change }
  return timed(async () => {
    await lab.ip("rtr", [uplinkCable(lab.prefix, link)])
    await lab.ip(link.namespace, modemSide(lab, link, lease))
    await lab.ip("rtr", routerSide(lab, link, lease))
  })
}

/** What a lease flushes of IPv6 comes back with the next advertisement. */
function routerSide({ family }: Lab, link: LabLink, lease: Lease): readonly string[] {
  return [...leaseCommands(link, lease), ...(family === 6 ? advertised(link) : [])]
}

function modemSide({ family }: Lab, link: LabLink, lease: Lease): readonly string[] {
  return [...modemCommands(link, lease), ...(family === 6 ? advertiser(link) : [])]
}
