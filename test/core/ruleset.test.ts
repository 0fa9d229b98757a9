import { describe, expect, it } from "vitest"
import type { FamilyConfig } from "../../src/core/family.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import { planOfConfig, weigh } from "../../src/core/plan.ts"
import { restoreInput, rulesetOf } from "../../src/core/ruleset.ts"
import { config, link, states } from "./fixtures.ts"

/** The whole of it, as it is handed to iptables-restore on a router that has never seen evenkeel. */
function text(held = config(), plan = planOfConfig(held)): string {
  const { mangle, nat } = rulesetOf(held, plan)
  return restoreInput("mangle", mangle) + restoreInput("nat", nat)
}

const planAfter = (held: FamilyConfig, ...names: LinkStateName[]) => weigh(held, states(...names), planOfConfig(held))
const balancing = (ruleset: string) =>
  ruleset.split("\n").filter(line => /^-A (LOAD_BALANCE|EVENKEEL_MOVE) /.test(line))

describe("the rules", () => {
  it("of two links", () => {
    expect(text()).toMatchInlineSnapshot(`
      "*mangle
      :EVENKEEL - [0:0]
      :EVENKEEL_OUT - [0:0]
      :EVENKEEL_MOVE - [0:0]
      :LOAD_BALANCE - [0:0]
      -A EVENKEEL -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
      -A EVENKEEL -i eth0 -m mark --mark 0x0/0xff -j MARK --set-xmark 0x1/0xff
      -A EVENKEEL -i eth1 -m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff
      -A EVENKEEL -i lan0 -m mark ! --mark 0x0/0xff -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL -i lan0 -m mark --mark 0x0/0xff -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL -m mark ! --mark 0x0/0xff -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
      -A EVENKEEL_OUT -m mark ! --mark 0x0/0xff -j RETURN
      -A EVENKEEL_OUT -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
      -A EVENKEEL_OUT -m mark ! --mark 0x0/0xff -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL_OUT -m mark --mark 0x0/0xff -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL_OUT -m mark ! --mark 0x0/0xff -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
      -A LOAD_BALANCE -m mark --mark 0x0/0xff -m statistic --mode random --probability 0.70000000019 -j MARK --set-xmark 0x1/0xff
      -A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff
      COMMIT
      *nat
      :EVENKEEL_NAT - [0:0]
      -A EVENKEEL_NAT -o eth0 -j MASQUERADE
      -A EVENKEEL_NAT -o eth1 -j MASQUERADE
      COMMIT
      "
    `)
  })

  it("of two links in IPv6: link-local talk is left alone, and a prefix is translated host for host", () => {
    const links = [
      link(1, { weight: 70 }),
      link(2, { weight: 30, nat: { prefix: "2001:db8:2::/56", inside: "fd00:10::/56" } }),
    ]
    const lines = text(config({ family: 6, links })).split("\n")
    expect(lines.filter(line => line.startsWith("-A EVENKEEL_OUT") && line.endsWith("LOAD_BALANCE"))).toEqual([
      "-A EVENKEEL_OUT ! -d fe80::/10 -m mark --mark 0x0/0xff -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE",
    ])
    expect(lines.filter(line => line.startsWith("-A EVENKEEL_NAT"))).toEqual([
      "-A EVENKEEL_NAT -s fe80::/10 -j RETURN",
      "-A EVENKEEL_NAT -o eth0 -j MASQUERADE",
      "-A EVENKEEL_NAT -o eth1 -j NETMAP --to 2001:db8:2::/56",
      "-A EVENKEEL_NAT_IN -m addrtype --dst-type LOCAL -j RETURN",
      "-A EVENKEEL_NAT_IN -d 2001:db8:2::/56 -i eth1 -j NETMAP --to fd00:10::/56",
    ])
  })

  it("of three links", () => {
    const links = [link(1, { weight: 50 }), link(2, { weight: 30 }), link(3, { weight: 20 })]
    expect(text(config({ links, lan: ["lan0", "lan1"] }))).toMatchInlineSnapshot(`
      "*mangle
      :EVENKEEL - [0:0]
      :EVENKEEL_OUT - [0:0]
      :EVENKEEL_MOVE - [0:0]
      :LOAD_BALANCE - [0:0]
      -A EVENKEEL -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
      -A EVENKEEL -i eth0 -m mark --mark 0x0/0xff -j MARK --set-xmark 0x1/0xff
      -A EVENKEEL -i eth1 -m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff
      -A EVENKEEL -i eth2 -m mark --mark 0x0/0xff -j MARK --set-xmark 0x3/0xff
      -A EVENKEEL -i lan0 -m mark ! --mark 0x0/0xff -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL -i lan0 -m mark --mark 0x0/0xff -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL -i lan1 -m mark ! --mark 0x0/0xff -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL -i lan1 -m mark --mark 0x0/0xff -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL -m mark ! --mark 0x0/0xff -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
      -A EVENKEEL_OUT -m mark ! --mark 0x0/0xff -j RETURN
      -A EVENKEEL_OUT -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff
      -A EVENKEEL_OUT -m mark ! --mark 0x0/0xff -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL_OUT -m mark --mark 0x0/0xff -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL_OUT -m mark ! --mark 0x0/0xff -j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff
      -A LOAD_BALANCE -m mark --mark 0x0/0xff -m statistic --mode random --probability 0.50000000000 -j MARK --set-xmark 0x1/0xff
      -A LOAD_BALANCE -m mark --mark 0x0/0xff -m statistic --mode random --probability 0.60000000009 -j MARK --set-xmark 0x2/0xff
      -A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0x3/0xff
      COMMIT
      *nat
      :EVENKEEL_NAT - [0:0]
      -A EVENKEEL_NAT -o eth0 -j MASQUERADE
      -A EVENKEEL_NAT -o eth1 -j MASQUERADE
      -A EVENKEEL_NAT -o eth2 -j MASQUERADE
      COMMIT
      "
    `)
  })

  it("with one of two links dead: it has no rule in LOAD_BALANCE, and its flows are let go", () => {
    const plan = planAfter(config(), "down", "up")
    expect(balancing(text(config(), plan))).toMatchInlineSnapshot(`
      [
        "-A EVENKEEL_MOVE -m mark --mark 0x1/0xff -j MARK --set-xmark 0x0/0xff",
        "-A EVENKEEL_MOVE -m mark --mark 0x0/0xff -j LOAD_BALANCE",
        "-A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff",
      ]
    `)
  })

  it("with one of two links dead and onDown: hold: its flows keep their mark", () => {
    const held = config({ links: [link(1, { weight: 70, onDown: "hold" }), link(2, { weight: 30 })] })
    const plan = planAfter(held, "down", "up")
    expect(balancing(text(held, plan))).toMatchInlineSnapshot(`
      [
        "-A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff",
      ]
    `)
  })

  it("of a single link need no draw", () => {
    const held = config({ links: [link(1)] })
    expect(balancing(text(held))).toMatchInlineSnapshot(`
      [
        "-A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0x1/0xff",
      ]
    `)
  })

  it("with every link down and allDown: stop marking", () => {
    const held = config({ allDown: "stop marking" })
    const plan = planAfter(held, "down", "down")
    expect(balancing(text(held, plan))).toMatchInlineSnapshot(`
      [
        "-A EVENKEEL_MOVE -m mark --mark 0x1/0xff -j MARK --set-xmark 0x0/0xff",
        "-A EVENKEEL_MOVE -m mark --mark 0x2/0xff -j MARK --set-xmark 0x0/0xff",
        "-A EVENKEEL_MOVE -m mark --mark 0x0/0xff -j LOAD_BALANCE",
      ]
    `)
  })

  it("with every link down and allDown: unreachable", () => {
    const held = config({ allDown: "unreachable" })
    const plan = planAfter(held, "down", "down")
    expect(balancing(text(held, plan))).toMatchInlineSnapshot(`
      [
        "-A EVENKEEL_MOVE -m mark --mark 0x1/0xff -j MARK --set-xmark 0x0/0xff",
        "-A EVENKEEL_MOVE -m mark --mark 0x2/0xff -j MARK --set-xmark 0x0/0xff",
        "-A EVENKEEL_MOVE -m mark --mark 0x0/0xff -j LOAD_BALANCE",
        "-A LOAD_BALANCE -m mark --mark 0x0/0xff -j MARK --set-xmark 0xff/0xff",
      ]
    `)
  })

  it("with a full mask, which iptables-save leaves out of --mark though not out of --set-xmark", () => {
    expect(text(config({ markMask: 0xffffffff }))).toMatchInlineSnapshot(`
      "*mangle
      :EVENKEEL - [0:0]
      :EVENKEEL_OUT - [0:0]
      :EVENKEEL_MOVE - [0:0]
      :LOAD_BALANCE - [0:0]
      -A EVENKEEL -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
      -A EVENKEEL -i eth0 -m mark --mark 0x0 -j MARK --set-xmark 0x1/0xffffffff
      -A EVENKEEL -i eth1 -m mark --mark 0x0 -j MARK --set-xmark 0x2/0xffffffff
      -A EVENKEEL -i lan0 -m mark ! --mark 0x0 -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL -i lan0 -m mark --mark 0x0 -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL -m mark ! --mark 0x0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff
      -A EVENKEEL_OUT -m mark ! --mark 0x0 -j RETURN
      -A EVENKEEL_OUT -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
      -A EVENKEEL_OUT -m mark ! --mark 0x0 -m conntrack --ctdir ORIGINAL -j EVENKEEL_MOVE
      -A EVENKEEL_OUT -m mark --mark 0x0 -m addrtype --dst-type UNICAST -m conntrack --ctstate NEW -j LOAD_BALANCE
      -A EVENKEEL_OUT -m mark ! --mark 0x0 -j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff
      -A LOAD_BALANCE -m mark --mark 0x0 -m statistic --mode random --probability 0.70000000019 -j MARK --set-xmark 0x1/0xffffffff
      -A LOAD_BALANCE -m mark --mark 0x0 -j MARK --set-xmark 0x2/0xffffffff
      COMMIT
      *nat
      :EVENKEEL_NAT - [0:0]
      -A EVENKEEL_NAT -o eth0 -j MASQUERADE
      -A EVENKEEL_NAT -o eth1 -j MASQUERADE
      COMMIT
      "
    `)
  })

  it("with routerTraffic: leave: the router's own flows are balanced no more, yet answers go back the way they came", () => {
    const { mangle } = rulesetOf(config({ routerTraffic: "leave" }), planOfConfig(config()))
    expect(mangle["EVENKEEL_OUT"]).toMatchInlineSnapshot(`
      [
        "-m mark ! --mark 0x0/0xff -j RETURN",
        "-m conntrack --ctdir REPLY -j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff",
      ]
    `)
  })

  it("of NAT follow each link: masquerade, a fixed address, or none", () => {
    const links = [link(1), link(2, { nat: { snat: "203.0.113.5" } }), link(3, { nat: "none" })]
    const { nat } = rulesetOf(config({ links }), planOfConfig(config({ links })))
    expect(nat).toMatchInlineSnapshot(`
      {
        "EVENKEEL_NAT": [
          "-o eth0 -j MASQUERADE",
          "-o eth1 -j SNAT --to-source 203.0.113.5",
        ],
      }
    `)
  })

  it("of every plan differ in two chains only", () => {
    const before = rulesetOf(config(), planOfConfig(config()))
    const after = rulesetOf(config(), planAfter(config(), "down"))
    const changed = Object.keys(after.mangle).filter(
      chain => String(before.mangle[chain]) !== String(after.mangle[chain]),
    )
    expect(changed.sort()).toEqual(["EVENKEEL_MOVE", "LOAD_BALANCE"])
    expect(after.nat).toEqual(before.nat)
  })
})
