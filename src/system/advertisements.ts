import { readSysctl } from "./sysctl.ts"

/**
 * Interfaces on which the kernel passes over router advertisements: what is set for the interface itself counts, and where
 * it forwards, only 2 takes them (ipv6_accept_ra in include/net/ipv6.h). An interface that does not exist is not deaf.
 */
export async function deafToRouters(devices: readonly string[]): Promise<readonly string[]> {
  const isDeaf = await Promise.all(devices.map(passesOver))
  return devices.filter((_, i) => isDeaf[i])
}

async function passesOver(device: string): Promise<boolean> {
  const [accept, forwarding] = await Promise.all(
    ["accept_ra", "forwarding"].map(name => readSysctl(`net/ipv6/conf/${device}/${name}`)),
  )
  return accept != null && Number(accept) < (forwarding === "0" ? 1 : 2)
}
