import { expect, test } from "vitest"
import { protocolNames, protocolWords } from "../../src/config/protocol-names.ts"

const TEXT = `# Internet (IP) protocols
ip\t0\tIP\t\t# internet protocol, pseudo protocol number
gre\t47\tGRE\t\t# Generic Routing Encapsulation
tunnel  47  # a later name of the same number
tcp-of-mine\t6
-j\t89
two words 90
l2tp\t115#close
`

const word = (number: number) => protocolWords({ 4: number, 6: number }, protocolNames(TEXT))[4]

test("a protocol has iptables' own name, else the first of /etc/protocols, else its number", () => {
  expect([6, 47, 115, 58, 200].map(word)).toEqual(["tcp", "gre", "l2tp", "ipv6-icmp", "200"])
})

test("what is no plain word is no name", () => {
  expect([89, 90].map(word)).toEqual(["89", "90"])
})

test("without that file there are iptables' own names and numbers", () => {
  expect(protocolWords({ 4: 1, 6: 58 }, new Map())).toEqual({ 4: "icmp", 6: "ipv6-icmp" })
  expect(protocolWords({ 4: 47, 6: 47 }, new Map())).toEqual({ 4: "47", 6: "47" })
})
