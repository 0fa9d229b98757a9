import { network } from "./network.ts"
import { dscp, portRange, protocol } from "./packet.ts"
import { interfaceName, name } from "./strings.ts"
import { list, mapping, oneOf, oneOrMore, record, wholeNumber } from "./values.ts"

const MOST_NETWORKS = 256

const match = mapping({
  from: oneOrMore(network, MOST_NETWORKS, "networks")
    .prefault([])
    .meta({ description: "its source", example: "10.0.0.50" }),
  to: oneOrMore(network, MOST_NETWORKS, "networks")
    .prefault([])
    .meta({ description: "its destination", example: ["203.0.113.0/24", "2001:db8::/32"] }),
  proto: oneOrMore(protocol, 16, "protocols")
    .prefault([])
    .meta({ description: "its protocol; `icmp` is that of its family", example: ["tcp", "udp"] }),
  sport: oneOrMore(portRange, 256, "ports")
    .prefault([])
    .meta({ description: "its source port; with a `proto` that has ports", example: "5060-5070" }),
  dport: oneOrMore(portRange, 256, "ports")
    .prefault([])
    .meta({ description: "its destination port; with a `proto` that has ports", example: [443, "27015-27030"] }),
  set: name.optional().meta({ description: "its destination is in that set", example: "netflix" }),
  dscp: dscp.optional().meta({ description: "its first packet bears this mark of priority", example: "ef" }),
  in: interfaceName
    .optional()
    .meta({ description: "the LAN interface that it comes in by; one of `lan`", example: "eth2" }),
})

/** `policies`: which new flows go where. Exactly one of `use` and `balance`: see policy-rules.ts. */
const policy = mapping(
  {
    name: name.meta({ description: "what `status` and `flows` call it", example: "gaming" }),
    match: match.meta({ description: "which new flows; all conditions must be met, of a list one item" }),
    use: oneOrMore(name, 64, "links", 1)
      .optional()
      .meta({ description: "links in order of preference; this or `balance`", example: ["isp1", "isp2"] }),
    balance: record(name, wholeNumber(0, 10_000), "a mapping of links to weights")
      .optional()
      .meta({ description: "weights of its own; this or `use`", example: { isp1: 80, isp2: 20 } }),
    ifDown: oneOf("next", "balance", "block")
      .default("next")
      .describe("with none of its links in service: as if it did not match, balanced, or refused"),
  },
  "a policy: a mapping with name, match, and use or balance",
)

export const policies = list(policy, 0, 256, "policies").describe("which new flows go where; the first match wins")
