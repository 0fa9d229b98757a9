import { expect, test } from "vitest"
import { givenFlow, parseFlow } from "../../../src/core/debug/new-flow.ts"
import { config } from "../fixtures.ts"

const tcp =
  "    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=10.0.0.50 dst=1.1.1.1 sport=58530 dport=80 [UNREPLIED] src=1.1.1.1 dst=192.168.1.2 sport=80 dport=58530 mark=2"
const icmp =
  "ipv6     10 icmpv6   58 28 src=fd00::5 dst=2620:fe::9 type=128 code=0 id=7105 src=2620:fe::9 dst=2001:db8::2 type=129 code=0 id=7105 mark=257 use=1"

test("an event and a listed connection are read alike", () => {
  expect(parseFlow(tcp)).toEqual({
    family: "ipv4",
    protocol: "tcp",
    from: "10.0.0.50",
    to: "1.1.1.1",
    fromPort: 58530,
    toPort: 80,
    repliesTo: "192.168.1.2",
    mark: 2,
  })
  expect(parseFlow(icmp)).toMatchObject({
    family: "ipv6",
    protocol: "icmpv6",
    fromPort: null,
    repliesTo: "2001:db8::2",
  })
  expect(parseFlow("conntrack v1.4.7 (conntrack-tools): 4 flow entries have been shown.")).toBeNull()
})

test("a flow is given to the link whose mark it bears, whatever bits are not ours", () => {
  expect(givenFlow(tcp, config(), [])).toMatchObject({ link: "isp2", to: "1.1.1.1" })
  expect(givenFlow(icmp, config(), [])).toMatchObject({ link: "isp1" })
  expect(givenFlow(tcp.replace("mark=2", "mark=0"), config(), [])).toBeNull()
})

test("a flow to the router itself was given to nobody: it came in by its link", () => {
  expect(givenFlow(tcp, config(), ["1.1.1.1"])).toBeNull()
})
