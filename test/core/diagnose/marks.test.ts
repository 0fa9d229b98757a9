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
