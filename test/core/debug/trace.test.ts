import { expect, test } from "vitest"
import { NO_JOURNEYS, travel, type Stage } from "../../../src/core/debug/journey.ts"
import { parseTrace } from "../../../src/core/debug/read-trace.ts"

/** As xtables-monitor 1.8.9 prints it. */
const lines = `\
PACKET: 2 29145346 IN=l0 MACSRC=1e:64:b6:86:86:ca MACDST=3a:77:bb:bd:76:35 MACPROTO=0800 SRC=10.0.0.50 DST=1.1.1.1 LEN=60 TOS=0x0 TTL=64 ID=50642 DF SPORT=58530 DPORT=80 SYN 
 TRACE: 2 29145346 raw:EVENKEEL_DEBUG_TRACE_1:rule:0x4:CONTINUE  -4 -t raw -A EVENKEEL_DEBUG_TRACE_1 -m limit --limit 1/hour --limit-burst 2 -j TRACE
 TRACE: 2 29145346 raw:PREROUTING:policy:ACCEPT 
PACKET: 2 29145346 IN=l0 MACSRC=1e:64:b6:86:86:ca MACDST=3a:77:bb:bd:76:35 MACPROTO=0800 SRC=10.0.0.50 DST=1.1.1.1 LEN=60 TOS=0x0 TTL=64 ID=50642 DF SPORT=58530 DPORT=80 SYN 
 TRACE: 2 29145346 mangle:PREROUTING:rule:0x4:JUMP:EVENKEEL  -4 -t mangle -A PREROUTING -j EVENKEEL
PACKET: 2 187a8773 IN=l0 MACPROTO=0800 SRC=10.0.0.99 DST=9.9.9.9 LEN=52 TTL=64 
 TRACE: 2 187a8773 raw:PREROUTING:rule:0x9:CONTINUE  -4 -t raw -A PREROUTING -s 10.0.0.99/32 -j TRACE
 TRACE: 2 29145346 mangle:EVENKEEL:return:
PACKET: 2 29145346 IN=l0 OUT=eth0 SRC=10.0.0.50 DST=1.1.1.1 LEN=60 TTL=63 SPORT=58530 DPORT=80 SYN MARK=0x2 
 TRACE: 2 29145346 mangle:EVENKEEL_DEBUG_LOG_1:rule:0xd:0xfffffffb  -4 -t mangle -A EVENKEEL_DEBUG_LOG_1 -m conntrack --ctstatus CONFIRMED -j RETURN
 TRACE: 2 29145346 filter:FORWARD:policy:DROP 
nonsense
`.split("\n")

const stages = () => {
  const step = travel("EVENKEEL_DEBUG_TRACE_1")
  const told: Stage[] = []
  lines
    .map(parseTrace)
    .filter(line => line !== null)
    .reduce((journeys, line) => {
      const next = step(journeys, line)
      told.push(...next.news)
      return next
    }, NO_JOURNEYS)
  return told
}

test("a packet is told with what it meets and what becomes of it, and another's trace is none of ours", () => {
  expect(stages()).toMatchObject([
    { kind: "begins", number: 1, packet: { from: "10.0.0.50", toPort: 80, inBy: "l0", outBy: null, mark: 0 } },
    { kind: "rule", met: { table: "mangle", chain: "PREROUTING", rule: "-j EVENKEEL", verdict: "JUMP:EVENKEEL" } },
    { kind: "changed", before: { mark: 0, outBy: null }, packet: { mark: 2, outBy: "eth0" } },
    { kind: "rule", met: { chain: "EVENKEEL_DEBUG_LOG_1", verdict: "RETURN" } },
    { kind: "rule", met: { table: "filter", chain: "FORWARD", rule: null, verdict: "DROP" } },
  ])
})

test("a line of another kind is nothing", () => {
  expect(parseTrace("")).toBeNull()
  expect(parseTrace(" TRACE: 2 zz raw:OUTPUT:rule")).toBeNull()
})
