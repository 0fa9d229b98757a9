import { execPath } from "node:process"
import { firstValueFrom } from "rxjs"
import type { Lab } from "../../../src/lab/lab.ts"
import { program } from "../../../src/lab/paths.ts"
import { lan6, type LabLink } from "../../../src/lab/topology.ts"
import { iptables } from "./rules.ts"

/** Ports at the public address of every link. */
export const PORTS = { "a host behind the router": 9000, "the router itself": 9001 } as const

/** At which the internet reaches the router by this link: IPv6's own address, the modem's in IPv4. */
export function addressOf({ family }: Lab, { publicAddress, lease6 }: LabLink): string {
  return family === 6 ? lease6.address : publicAddress
}

/**
 * Servers on the client host and on the router: each modem (but for IPv6, which needs no such help) hands their ports on to the
 * router, and that one of them on.
 */
export async function publishServers(lab: Lab): Promise<void> {
  const host = lab.family === 6 ? lan6.client : (lab.lans[0]?.clientAddresses[0] ?? "")
  for (const { namespace, interface: device, lease } of lab.links) {
    for (const port of lab.family === 6 ? [] : Object.values(PORTS))
      await handOn(lab, namespace, "wan", port, lease.address)
    await handOn(lab, "rtr", device, PORTS["a host behind the router"], host)
  }
  await Promise.all([
    serve(lab, "lan", PORTS["a host behind the router"]),
    serve(lab, "rtr", PORTS["the router itself"]),
  ])
}

async function handOn(lab: Lab, namespace: string, device: string, port: number, to: string): Promise<void> {
  const match = ["-i", device, "-p", "tcp", "--dport", String(port)]
  await lab.exec(namespace, iptables(lab), ["-t", "nat", "-A", "PREROUTING", ...match, "-j", "DNAT", "--to", to])
}

export async function serve(lab: Lab, namespace: string, port: number): Promise<void> {
  const { lines$ } = await lab.spawn(namespace, execPath, [program("server"), `--port=${port}`])
  await firstValueFrom(lines$)
}
