import { expect, test } from "vitest"
import { diagnoseMarks } from "../../../src/core/diagnose/marks.ts"
import { checkup, troubles, withRules } from "./checkups.ts"

const found = (...lines: readonly string[]) =>
  troubles(
    diagnoseMarks(checkup(withRules(["*mangle", ":PREROUTING ACCEPT [0:0]", ...lines, "COMMIT", ""].join("\n")))),
  )

test("a rule that sets any of our bits is a problem, with the command that removes it", () => {
  expect(found("-A PREROUTING -i eth5 -j MARK --set-xmark 0x5/0xffffffff")).toEqual([
    "problem marks: another rule sets bits of 0xff: mangle PREROUTING -i eth5 -j MARK --set-xmark 0x5/0xffffffff → iptables-nft -t mangle -D PREROUTING -i eth5 -j MARK --set-xmark 0x5/0xffffffff",
  ])
  expect(found("-A PREROUTING -j CONNMARK --set-xmark 0x0/0x80")).toHaveLength(1)
})

test("clearing bits with a mask of 0 in ours is none of our business, flipping them is", () => {
  expect(found("-A PREROUTING -j MARK --set-xmark 0x0/0xffffff00")).toEqual([])
  expect(found("-A PREROUTING -j MARK --set-xmark 0x4000/0x4000")).toEqual([])
  expect(found("-A PREROUTING -j MARK --set-xmark 0x1/0x4000")).toHaveLength(1)
})

test("the highest bit of a mask counts as a bit, not as a sign", () => {
  expect(found("-A PREROUTING -j MARK --set-xmark 0x80000000/0x80000000")).toEqual([])
})

test("copying marks to and from flows is a warning, as wg-quick does it without harm", () => {
  expect(found("-A PREROUTING -p udp -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff")).toEqual([
    "warning marks: another rule copies marks with bits of 0xff: mangle PREROUTING -p udp -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff → iptables-nft -t mangle -D PREROUTING -p udp -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff",
  ])
  expect(found("-A PREROUTING -j CONNMARK --save-mark --nfmask 0xff00 --ctmask 0xff00")).toEqual([])
})

test("our own chains are not suspected", () => {
  const ours = [":EVENKEEL - [0:0]", ":LOAD_BALANCE - [0:0]", "-A LOAD_BALANCE -j MARK --set-xmark 0x1/0xff"]
  expect(found(...ours)).toEqual([])
})

test("a LOAD_BALANCE that nothing of ours calls is somebody else's, and can be renamed", () => {
  expect(found(":LOAD_BALANCE - [0:0]", "-A LOAD_BALANCE -j ACCEPT")).toEqual([
    "problem chains: mangle LOAD_BALANCE is there already and not evenkeel's: apply would replace its rules → iptables-nft -t mangle -E LOAD_BALANCE OLD_LOAD_BALANCE",
  ])
})

test("somebody else who calls our chain is told of", () => {
  expect(found(":EVENKEEL - [0:0]", ":LOAD_BALANCE - [0:0]", "-A PREROUTING -p tcp -j LOAD_BALANCE")).toEqual([
    "warning chains: PREROUTING of mangle calls evenkeel's LOAD_BALANCE too → iptables-nft -t mangle -D PREROUTING -p tcp -j LOAD_BALANCE",
  ])
})

test("a packet filter that cannot be asked has no findings", () => {
  expect(diagnoseMarks(checkup({ firewall: { kind: "unreachable", why: "refused" } }))).toEqual([])
})

test("a rule that only goes by our bits is a note", () => {
  expect(found("-A PREROUTING -m mark --mark 0x1/0xff -j ACCEPT")).toEqual([
    "note marks: another rule goes by marks with bits of 0xff: mangle PREROUTING -m mark --mark 0x1/0xff -j ACCEPT",
  ])
  expect(found("-A PREROUTING -m mark --mark 0x4000/0x4000 -j ACCEPT")).toEqual([])
})

test("where a program that is known uses our bits, evenkeel is to give way", () => {
  const rule = "-A KUBE-MARK-MASQ -j MARK --set-xmark 0x40/0x40"
  expect(found(":KUBE-MARK-MASQ - [0:0]", rule)).toEqual([
    "problem marks: a rule of Kubernetes's sets bits of 0xff: mangle KUBE-MARK-MASQ -j MARK --set-xmark 0x40/0x40 → give evenkeel other bits, and restart it: markMask: 0xff00, marks of links: 0x100, 0x200",
  ])
})

test("rules of nft's own are found by what they do; those that iptables shows are not told twice", () => {
  const mark = { meta: { key: "mark" } }
  const rule = (family: string, table: string, expr: readonly unknown[]) => ({
    family,
    table,
    chain: "c",
    handle: 7,
    expr,
  })
  const sets = [{ mangle: { key: mark, value: { "|": [mark, 4] } } }]
  const looks = [{ match: { op: "==", left: { "&": [mark, 3] }, right: 1 } }]
  const nft = (...rules: readonly ReturnType<typeof rule>[]) => ({ tables: [], flowtables: [], rules })
  const mangle = withRules("*mangle\n:c - [0:0]\nCOMMIT\n")
  const seen = (changes: Parameters<typeof checkup>[0]) => troubles(diagnoseMarks(checkup(changes)))
  expect(seen({ ...mangle, nft: nft(rule("inet", "t", sets), rule("ip", "x", looks)) })).toEqual([
    "problem marks: another rule sets bits of 0xff: nft inet t c handle 7 → nft -a list chain inet t c, then nft delete rule inet t c handle 7",
    "note marks: another rule goes by marks with bits of 0xff: nft ip x c handle 7",
  ])
  expect(seen({ ...mangle, nft: nft(rule("ip", "mangle", sets), rule("ip6", "mangle", sets)) })).toEqual([])
  expect(seen({ ...withRules("*nat\nCOMMIT\n"), nft: nft(rule("ip", "mangle", sets)) })).toHaveLength(1)
})
