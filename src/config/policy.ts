import { network } from "./network.ts"
import { dscp, portRange, protocol } from "./packet.ts"
import { interfaceName, name } from "./strings.ts"
import { list, mapping, oneOf, oneOrMore, record, wholeNumber } from "./values.ts"

const MOST_NETWORKS = 256

const match = mapping({
  from: oneOrMore(network, MOST_NETWORKS, "networks").default([]),
  to: oneOrMore(network, MOST_NETWORKS, "networks").default([]),
  proto: oneOrMore(protocol, 16, "protocols").default([]),
  sport: oneOrMore(portRange, 256, "ports").default([]),
  dport: oneOrMore(portRange, 256, "ports").default([]),
  set: name.optional(),
  dscp: dscp.optional(),
  in: interfaceName.optional(),
})

/** `policies`: which new flows go where. Exactly one of `use` and `balance`: see policy-rules.ts. */
const policy = mapping(
  {
    name,
    match,
    use: oneOrMore(name, 64, "links", 1).optional(),
    balance: record(name, wholeNumber(0, 10_000), "a mapping of links to weights").optional(),
    ifDown: oneOf("next", "balance", "block").default("next"),
  },
  "a policy: a mapping with name, match, and use or balance",
)

export const policies = list(policy, 0, 256, "policies")
