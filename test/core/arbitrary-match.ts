import { readFileSync } from "node:fs"
import fc from "fast-check"
import { protocolNames, protocolWords } from "../../src/config/protocol-names.ts"
import { readNetwork } from "../../src/config/network.ts"
import type { Match, PortRange } from "../../src/core/policy-config.ts"

/** The network that the address is in, in the spelling of iptables-save. */
const network = fc
  .oneof(fc.tuple(fc.ipV4(), fc.nat({ max: 32 })), fc.tuple(fc.ipV6(), fc.nat({ max: 128 })))
  .map(([address, length]) => networkIn(`${address}/${length}`))
  .filter(text => text !== undefined)

/** What is refused for its host bits says what it should be. */
function networkIn(text: string): string | undefined {
  const read = readNetwork(text)
  if (read.ok) return read.network
  const corrected = readNetwork(/write (\S+) for the network/.exec(read.message)?.[1] ?? "")
  return corrected.ok ? corrected.network : undefined
}

const anyPortRange: fc.Arbitrary<PortRange> = fc
  .tuple(fc.integer({ min: 1, max: 65_535 }), fc.oneof(fc.constant(0), fc.nat({ max: 65_535 })))
  .map(([first, length]) => ({ first, last: Math.min(65_535, first + length) }))

const names = protocolNames(readFileSync("/etc/protocols", "utf8"))
const withPorts = [6, 17, 33, 132, 136]

/** As this host's iptables prints them. */
const protocolOf = (number: fc.Arbitrary<number>) => number.map(of => protocolWords({ 4: of, 6: of }, names))

const ports = fc.array(anyPortRange, { maxLength: 20 })

const transport = fc.oneof(
  fc.record({
    proto: fc.array(protocolOf(fc.constantFrom(...withPorts)), { minLength: 1, maxLength: 3 }),
    sport: fc.oneof(fc.constant([]), ports),
    dport: fc.oneof(fc.constant([]), ports),
  }),
  fc.record({
    proto: fc.array(protocolOf(fc.integer({ min: 1, max: 255 })), { maxLength: 3 }),
    sport: fc.constant([]),
    dport: fc.constant([]),
  }),
)

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })

/** Whatever a policy can ask for. Sets are `s`. */
export const anyMatch: fc.Arbitrary<Match> = fc
  .record({
    from: fc.array(network, { maxLength: 3 }),
    to: fc.array(network, { maxLength: 3 }),
    set: maybe(fc.constant("s")),
    dscp: maybe(fc.nat({ max: 63 })),
    in: maybe(fc.constantFrom("eth2", "br-lan", "eth0.100", "wlan0_1")),
    transport,
  })
  .map(({ transport: { proto, sport, dport }, ...rest }) => ({ ...rest, proto, sport, dport }))
