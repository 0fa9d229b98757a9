import { execPath } from "node:process"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { configure, labConfig } from "../../src/lab/agent.ts"
import { buildLab, type Lab } from "../../src/lab/lab.ts"
import { agentProgram } from "../../src/lab/paths.ts"
import { runClient, startServer } from "../../src/lab/users.ts"
import { evenkeel } from "./support/command.ts"
import { twoLinks, withLab } from "./support/scene.ts"

let lab: Lab

beforeAll(async () => {
  lab = await buildLab(twoLinks)
  await startServer(lab)
  await configure(lab, labConfig(lab))
  await evenkeel(lab, "apply")
})

afterAll(() => lab.dispose())

const doctor = async () => (await evenkeel(lab, "doctor")).stdout
const onRouter = (command: string) => lab.exec("rtr", "sh", ["-c", command], { timeoutMs: 30_000 })

/** What doctor tells to run after this finding. */
function remedyOf(text: string, finding: RegExp): string {
  const lines = text.split("\n")
  return /→ (.*)$/.exec(lines[lines.findIndex(line => finding.test(line)) + 1] ?? "")?.[1] ?? ""
}

test("a router on which nothing is wrong is told so, but for the agent that does not run", async () => {
  expect(await doctor()).toMatch(/\nwarning +agent +not running.*\n.*\n\nNo problem, 1 warning\.\n$/)
})

describe("rules of nft's own", () => {
  const chain = "add chain inet t c { type filter hook prerouting priority -160; }"

  test("that set our bits are a problem, and what doctor says removes them", async () => {
    await onRouter(`nft 'add table inet t; ${chain}; add rule inet t c iifname "lan0" meta mark set meta mark or 0x4'`)
    const found = await doctor()
    expect(found).toMatch(/^PROBLEM +marks +another rule sets bits of 0xff: nft inet t c handle \d+$/m)
    const [list = "", remove = ""] = remedyOf(found, /^PROBLEM +marks/).split(", then ")
    expect((await onRouter(list)).stdout).toContain("meta mark set meta mark | 0x00000004")
    await onRouter(remove)
    expect(await doctor()).not.toContain("PROBLEM")
  })

  test("that copy our bits are a warning, that go by them a note, and by other bits nothing", async () => {
    await onRouter(`nft 'add rule inet t c ct mark set meta mark; add rule inet t c meta mark and 0x0f == 1 accept'`)
    await onRouter(`nft 'add rule inet t c meta mark and 0x4000 == 0x4000 accept'`)
    const found = await doctor()
    expect(found.match(/^warning +marks .*copies marks with bits of 0xff: nft inet t c/gm)).toHaveLength(1)
    expect(found.match(/^note +marks .*goes by marks with bits of 0xff: nft inet t c/gm)).toHaveLength(1)
    await onRouter("nft delete table inet t")
  })
})

test("where Tailscale uses the same bits, evenkeel is given others, which check finds good", async () => {
  const [first, second] = lab.links.map(({ name }, i) => ({ name, mark: (i + 1) << 16 }))
  const links = { isp1: { mark: first?.mark }, isp2: { mark: second?.mark } }
  await configure(lab, labConfig(lab, { top: { markMask: 0xff0000 }, links }))
  await onRouter("iptables -N ts-forward && iptables -A ts-forward -i tailscale0 -j MARK --set-xmark 0x40000/0xff0000")
  const remedy = remedyOf(await doctor(), /^PROBLEM +marks +a rule of Tailscale's sets bits of 0xff0000/)
  const [, mask, mark1, mark2] = /markMask: (\S+), marks of links: (\S+), (\S+)$/.exec(remedy) ?? []
  const given = { isp1: { mark: Number(mark1) }, isp2: { mark: Number(mark2) } }
  await configure(lab, labConfig(lab, { top: { markMask: Number(mask) }, links: given }))
  expect((await evenkeel(lab, "check")).exitCode).toBe(0)
  expect(await doctor()).not.toMatch(/ marks .*Tailscale/)
  await onRouter("iptables -F ts-forward && iptables -X ts-forward")
  await configure(lab, labConfig(lab))
})

test("a forward policy like Docker's keeps users from the internet; what doctor says lets them through", async () => {
  const reach = async () => (await runClient(lab, "flows", { count: 4, timeout: 300 })).ok
  await onRouter("iptables -P FORWARD DROP && iptables -N DOCKER-USER && iptables -A FORWARD -j DOCKER-USER")
  expect(await reach()).toBe(0)
  const found = await doctor()
  expect(found).toMatch(/^warning +forward rules +FORWARD of iptables drops by policy.* \(Docker is at work here\)$/m)
  await onRouter(remedyOf(found, /^warning +forward rules/))
  expect(await reach()).toBe(4)
  expect(await doctor()).toMatch(/^note +Docker +Docker is at work/m)
  await onRouter(
    "iptables -F FORWARD && iptables -F DOCKER-USER && iptables -X DOCKER-USER && iptables -P FORWARD ACCEPT",
  )
})

test("a gateway that does not answer ARP is found out by asking, and one that answers again is well", async () => {
  await onRouter("ip neigh flush dev eth0")
  await lab.ip("isp1", ["link set lan arp off"])
  expect(await doctor()).toMatch(/^PROBLEM +isp1 +gateway 192\.168\.1\.1 does not answer ARP on eth0$/m)
  await lab.ip("isp1", ["link set lan arp on"])
  expect(await doctor()).toMatch(/^ok +isp1 +eth0 192\.168\.1\.2 via 192\.168\.1\.1$/m)
})

test("links that share one target are warned of, though each has one that answers", async () => {
  await configure(lab, labConfig(lab, { top: { probes: [{ icmp: "1.1.1.1" }] } }))
  expect(await doctor()).toMatch(/^warning +targets +all links ask 1\.1\.1\.1 alone/m)
  await configure(lab, labConfig(lab))
})

test("in a container, whose /proc/sys is read-only, the remedy is one that works there", async () => {
  await onRouter("sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.eth0.rp_filter=1")
  const inside = `mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys; exec "$@"`
  const words = [execPath, agentProgram, "doctor", "-c", `${lab.dir}/evenkeel.yaml`]
  const { stdout } = await lab.exec("rtr", "sh", [
    "-c",
    `unshare --mount sh -c '${inside}' sh "$@"; true`,
    "sh",
    ...words,
  ])
  expect(remedyOf(stdout, /^PROBLEM +forwarding/)).toContain("--sysctl net.ipv4.ip_forward=1, or as --privileged")
  expect(remedyOf(stdout, /^PROBLEM +rp_filter/)).toContain("--sysctl net.ipv4.conf.all.rp_filter=2 ")
  await onRouter("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.eth0.rp_filter=0")
})

test("a table of connections that fills up is warned of before it is full", async ({ skip }) => {
  // The limit is the host's, so it is the connections that there have to be enough of.
  const max = Number((await onRouter("cat /proc/sys/net/netfilter/nf_conntrack_max")).stdout)
  skip(max > 1_000_000, "so many connections would take a test too long")
  const lines = Array.from({ length: Math.ceil(max * 0.76) }, (_, i) => {
    const source = `10.${(i >> 16) & 0xff}.${(i >> 8) & 0xff}.${i & 0xff}`
    return `-I -t 600 -p udp -s ${source} -d 1.1.1.1 --sport 1000 --dport 53\n`
  })
  await lab.exec("rtr", "sh", ["-c", "cat > $0 && conntrack -R $0", `${lab.dir}/flows`], {
    input: lines.join(""),
    timeoutMs: 60_000,
  })
  expect(await doctor()).toMatch(/^warning +conntrack +\d+ of \d+ connections are tracked: it fills up$/m)
  await onRouter("conntrack -F")
})

test("an IPv6 gateway that does not answer neighbour discovery is found out by asking", async () => {
  await withLab({ ...twoLinks, family: 6 }, async other => {
    await configure(other, labConfig(other))
    await other.exec("isp1", "ip6tables", "-t raw -A OUTPUT -p icmpv6 --icmpv6-type 136 -j DROP".split(" "))
    await other.exec("rtr", "ip", ["-6", "neigh", "flush", "dev", "eth0"])
    const found = (await evenkeel(other, "doctor")).stdout
    expect(found).toMatch(/^PROBLEM +isp1 +IPv6 gateway fe80::1 does not answer neighbour discovery on eth0$/m)
    expect(found).not.toMatch(/isp2 +IPv6 gateway/)
  })
})
