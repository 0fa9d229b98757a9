import type { Lab } from "../../../src/lab/lab.ts"
import type { Sender } from "../../../src/lab/traffic/udp.ts"
import { runClient } from "../../../src/lab/users.ts"
import type { Scene } from "./scene.ts"

/**
 * Where `net.core.rmem_max` is as the kernel sets it, the server's socket holds 554 packets (425,984 bytes, 768 a
 * packet) while its process waits for the processor: half a second of these.
 */
const PER_SECOND = 1000

/** Lets the server have what is sent to any UDP port of anybody on the internet. */
export async function hearAllPorts(lab: Lab): Promise<void> {
  const redirect = ["-t", "nat", "-A", "PREROUTING", "-p", "udp", "-j", "REDIRECT", "--to-ports", "9000"]
  await Promise.all(["iptables", "ip6tables"].map(program => lab.exec("inet", program, redirect)))
}

/** By sender's label: how many of its flows came by each link. */
export type Mixed = Readonly<Record<string, Readonly<Record<string, number>>>>

let bursts = 0

/** So many new flows of every sender, of one packet each, all in one burst. */
export async function mix({ lab, server }: Scene, senders: readonly Sender[], count: number): Promise<Mixed> {
  const burst = `#${++bursts}`
  const labelled = senders.map(sender => ({ ...sender, label: sender.label + burst }))
  await runClient(lab, "udp-mix", { senders: JSON.stringify(labelled), rate: PER_SECOND, count })
  const received = await server.received()
  const byLink = (label: string) =>
    Object.entries(received[label + burst] ?? {}).map(([via, { packets }]) => [lab.linkOf(via) ?? via, packets])
  return Object.fromEntries(senders.map(({ label }) => [label, Object.fromEntries(byLink(label)) as Mixed[string]]))
}

/** The names of the links that each sender's flows took. */
export function linksOf(mixed: Mixed): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mixed).map(([label, byLink]) => [label, Object.keys(byLink).sort().join("+")]),
  )
}
