import type { ChildProcessByStdio } from "node:child_process"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"

/** Two modems that hand out the same subnet, address and gateway; the first two probes of any sloppy prober mix them up. */
export const TARGET = "203.0.113.1"
export const DNATED = "203.0.113.9"
export const NO_HOST = "203.0.113.66"
export const FILTERED = "203.0.113.67"
export const RESET = "203.0.113.68"
export const DETOUR = "203.0.113.77"

export interface Isp {
  readonly namespace: string
  readonly interface: string
  readonly mark: number
}

export const TARGET6 = "2001:db8:113::1"
export const NO_HOST6 = "2001:db8:113::66"
export const FILTERED6 = "2001:db8:113::67"

// Names, marks, subnets and priorities of their own: other suites may share this network namespace at the same time.
const worker = Number(process.env["VITEST_POOL_ID"] ?? 0)
const subnet = `192.168.${64 + worker}`
const subnet6 = `2001:db8:${64 + worker}:`

/** Of the router on both links, and of both modems. */
export const HOME = `${subnet}.2`
const MODEM = `${subnet}.1`
const HOME6 = `${subnet6}:2`
const MODEM6 = `${subnet6}:1`

const isp = (number: number): Isp => ({
  namespace: `probe${worker}-isp${number}`,
  interface: `probe${worker}-w${number}`,
  mark: 0x5100 + 2 * worker + number,
})
export const isps: readonly [Isp, Isp] = [isp(1), isp(2)]

export function run(command: string): string {
  const [file = "", ...args] = command.split(" ")
  return execFileSync(file, args, { encoding: "utf8", stdio: "pipe" })
}

export const inside = (isp: Isp, command: string) => run(`ip netns exec ${isp.namespace} ${command}`)

/** Runs a command in the ISP's namespace beside the test. */
export function start(
  isp: Isp,
  command: string,
  ...args: readonly string[]
): ChildProcessByStdio<null, Readable, null> {
  const [file = "", ...words] = `ip netns exec ${isp.namespace} ${command}`.split(" ")
  return spawn(file, [...words, ...args], { stdio: ["ignore", "pipe", "inherit"] })
}

const ACCEPT_ALL = `
  const server = require("node:net").createServer(socket => socket.on("error", () => {}))
  server.listen(Number(process.argv[1]), () => console.log("ready"))`

/** Accepts connections to this port of TARGET. @returns what ends that */
export function accept(isp: Isp, port: number): Promise<() => Promise<void>> {
  return serve(isp, ACCEPT_ALL, String(port))
}

/** Runs a script that prints a line when it is ready. @returns what ends it */
export async function serve(isp: Isp, script: string, ...args: readonly string[]): Promise<() => Promise<void>> {
  const server = start(isp, `${process.execPath} --eval`, script, ...args)
  await once(server.stdout, "data")
  return async () => {
    server.kill()
    await once(server, "close")
  }
}

export function build(isp: Isp): void {
  run(`ip netns add ${isp.namespace}`)
  inside(isp, "ip link set lo up")
  inside(isp, `ip addr add ${TARGET}/32 dev lo`)
  inside(isp, "sysctl -qw net.ipv4.ip_forward=1")
  // The kernel sends one ICMP error a second to a host, and 1000 in all: icmp(7).
  inside(isp, "sysctl -qw net.ipv4.icmp_ratemask=0")
  run("sysctl -qw net.ipv4.icmp_ratemask=0")
  inside(isp, `ip route add unreachable ${NO_HOST}`)
  inside(isp, `iptables -A FORWARD -d ${FILTERED} -j REJECT`)
  inside(isp, `iptables -A FORWARD -p tcp -d ${RESET} -j REJECT --reject-with tcp-reset`)
  // A request to DNATED is answered by TARGET, because the answer is not tracked and so not translated back.
  inside(isp, `iptables -t nat -A PREROUTING -d ${DNATED} -j DNAT --to-destination ${TARGET}`)
  inside(
    isp,
    `iptables -t raw -A OUTPUT -p icmp -d ${HOME} --icmp-type echo-reply -m length --length 36 -j CT --notrack`,
  )
  inside(isp, `ip addr add ${TARGET6}/128 dev lo nodad`)
  inside(isp, "sysctl -qw net.ipv6.conf.all.forwarding=1")
  // Over IPv6 the limit is a millisecond's worth for each host: icmp6_xrlim in net/ipv6/icmp.c.
  inside(isp, "sysctl -qw net.ipv6.icmp.ratelimit=0")
  inside(isp, `ip -6 route add unreachable ${NO_HOST6}`)
  inside(isp, `ip6tables -A FORWARD -d ${FILTERED6} -j REJECT --reject-with icmp6-adm-prohibited`)
  run(`ip rule add priority 5 fwmark ${isp.mark} lookup ${isp.mark}`)
  run(`ip -6 rule add priority 5 fwmark ${isp.mark} lookup ${isp.mark}`)
  plug(isp)
}

export function plug(isp: Isp): void {
  run(`ip link add ${isp.interface} type veth peer name cpe netns ${isp.namespace}`)
  run(`ip addr add ${HOME}/24 dev ${isp.interface}`)
  run(`ip addr add ${HOME6}/64 dev ${isp.interface} nodad`)
  // Even the loose filter wants some route back to the source, and the main table has none here.
  run(`sysctl -qw net.ipv4.conf.${isp.interface}.rp_filter=0`)
  run(`ip link set ${isp.interface} up`)
  inside(isp, `ip addr add ${MODEM}/24 dev cpe`)
  inside(isp, `ip addr add ${MODEM6}/64 dev cpe nodad`)
  inside(isp, "ip link set cpe up")
  inside(isp, `ip route add ${DETOUR} via ${subnet}.3 dev cpe`)
  inside(isp, `ip route add ${FILTERED} via ${HOME} dev cpe`)
  inside(isp, `ip route add ${RESET} via ${HOME} dev cpe`)
  inside(isp, `ip -6 route add ${FILTERED6} via ${HOME6} dev cpe`)
  run(`ip route add default via ${MODEM} dev ${isp.interface} table ${isp.mark}`)
  run(`ip -6 route add default via ${MODEM6} dev ${isp.interface} table ${isp.mark}`)
}

export function unplug(isp: Isp): void {
  run(`ip link del ${isp.interface}`)
}

export function remove(isp: Isp): void {
  unplug(isp)
  run(`ip rule del priority 5 fwmark ${isp.mark}`)
  run(`ip -6 rule del priority 5 fwmark ${isp.mark}`)
  run(`ip netns del ${isp.namespace}`)
}

/** A counter of `/proc/net/snmp` in the ISP's namespace, such as Icmp InEchos. */
export function counter(isp: Isp, protocol: string, name: string): number {
  const [names = [], values = []] = inside(isp, "cat /proc/net/snmp")
    .split("\n")
    .filter(line => line.startsWith(`${protocol}: `))
    .map(line => line.split(" "))
  return Number(values[names.indexOf(name)])
}

/** A counter of `/proc/net/snmp6` in the ISP's namespace, such as Icmp6InEchos. */
export function counter6(isp: Isp, name: string): number {
  const [, value] = new RegExp(`^${name}\\s+(\\d+)`, "m").exec(inside(isp, "cat /proc/net/snmp6")) ?? []
  return Number(value)
}
