import { expect, test } from "vitest"
import { diagnoseOthers } from "../../../src/core/diagnose/others.ts"
import { checkup, FIREWALL, troubles, withRules } from "./checkups.ts"

/** Of the filter table of a router with lan0, eth0 and eth1. */
const found = (policy: string, ...lines: readonly string[]) =>
  troubles(
    diagnoseOthers(checkup(withRules(["*filter", `:FORWARD ${policy} [0:0]`, ...lines, "COMMIT", ""].join("\n")))),
  )

const docker = [
  ":DOCKER - [0:0]",
  ":DOCKER-USER - [0:0]",
  "-A FORWARD -j DOCKER-USER",
  "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
  "-A FORWARD -o docker0 -j DOCKER",
  "-A FORWARD -i docker0 ! -o docker0 -j ACCEPT",
  "-A FORWARD -i docker0 -o docker0 -j ACCEPT",
  "-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT",
  "-A DOCKER-USER -j RETURN",
]

test("a router with no policy but to accept has no trouble, whatever its rules are", () => {
  expect(found("ACCEPT", "-A FORWARD -s 10.66.0.0/16 -j DROP")).toEqual([])
  expect(troubles(diagnoseOthers(checkup()))).toEqual([])
})

test("Docker's policy shuts the LAN out, unless it was told of it", () => {
  expect(found("DROP", ...docker)).toEqual([
    "warning forward rules: FORWARD of iptables drops by policy, and no rule lets lan0 through: its users have no way out (Docker is at work here) → iptables -I DOCKER-USER -i lan0 -j ACCEPT && iptables -I DOCKER-USER -o lan0 -j ACCEPT",
  ])
  expect(found("DROP", ...docker, "-A DOCKER-USER -i lan0 -j ACCEPT")).toEqual([
    expect.stringMatching(/^note Docker: Docker is at work: it drops forwarded flows/),
  ])
})

test("ufw's ICMP rules are no way out for users, a route rule is one", () => {
  const ufw = [
    ":ufw-before-forward - [0:0]",
    ":ufw-user-forward - [0:0]",
    "-A FORWARD -j ufw-before-forward",
    "-A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A ufw-before-forward -p icmp -m icmp --icmp-type 8 -j ACCEPT",
    "-A ufw-before-forward -j ufw-user-forward",
  ]
  expect(found("DROP", ...ufw)).toEqual([
    expect.stringMatching(/^warning forward rules: .*\(ufw is at work here\) → ufw route allow in on lan0/),
  ])
  expect(found("DROP", ...ufw, "-A ufw-user-forward -i lan0 -o eth0 -j ACCEPT")).toEqual([
    expect.stringMatching(/^note ufw: ufw is at work/),
  ])
})

test("a policy of somebody's own is mended by iptables itself", () => {
  expect(found("DROP", "-A FORWARD -i eth+ -j ACCEPT", "-A FORWARD -o wg0 -j ACCEPT")).toEqual([
    "warning forward rules: FORWARD of iptables drops by policy, and no rule lets lan0 through: its users have no way out → iptables-nft -I FORWARD -i lan0 -j ACCEPT && iptables-nft -I FORWARD -o lan0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT",
  ])
  const ways = ["-i lan+", "! -i eth0", "-s 10.0.0.0/24", "-m conntrack --ctstate NEW,RELATED", "-o eth1", "-p tcp"]
  for (const way of ways) expect(found("DROP", `-A FORWARD ${way} -j ACCEPT`)).toEqual([])
})

test("chains that lead round in a circle end", () => {
  expect(found("DROP", ":A - [0:0]", "-A FORWARD -j A", "-A A -j FORWARD")).toHaveLength(1)
})

test("firewalld is known by its table, which iptables does not show", () => {
  const nft = { tables: [{ family: "inet", name: "firewalld" }], rules: [], flowtables: [] }
  expect(troubles(diagnoseOthers(checkup({ nft, firewall: FIREWALL })))).toEqual([
    expect.stringMatching(/^note firewalld: .* → firewall-cmd --permanent/),
  ])
})
