import colors from "picocolors"
import { stripVTControlCharacters } from "node:util"
import { describe, expect, test } from "vitest"
import type { LinkStatus, Status } from "../../../src/core/status-shape.ts"
import { clock } from "../../../src/cli/format.ts"
import { widthOf } from "../../../src/cli/watch/clip.ts"
import { glyphsFor } from "../../../src/cli/watch/glyphs.ts"
import { begun, see, type Live } from "../../../src/cli/watch/live.ts"
import { screenText } from "../../../src/cli/watch/screen-text.ts"
import { DOWN, FAILED, NOW_MS, PLAIN, START, STATUS, UP } from "../stories.ts"
import { flowsOfTwo } from "./flows.ts"

const look = { paint: PLAIN, glyphs: glyphsFor({ LANG: "C.UTF-8" }), nowMs: NOW_MS }
const USUAL = { columns: 80, rows: 24 }

const ISP1: LinkStatus = { ...UP, name: "isp1", interface: "eth0", weight: 70, share: 0.7, loss: 0, rttMs: 20 }
const ISP2: LinkStatus = { ...UP, share: 0.3, loss: 0.02 }
const healthy = (rttMs: number): Status => ({ ...STATUS, links: [{ ...ISP1, rttMs }, ISP2] })
const flowsLook = (first: number, second: number, atMs: number) =>
  ({
    kind: "flows",
    flows: { ipv4: flowsOfTwo(first, second), ipv6: null, policies: [], overrides: [] },
    atMs,
  }) as const

/** Twenty seconds of health, then ten with isp1 down. */
function outage(): Live {
  const before = Array.from({ length: 19 }, (_, i) => healthy(i % 2 === 0 ? 10 : 20))
  const after = Array.from({ length: 10 }, () => ({ ...STATUS, links: [DOWN, UP] }))
  return [...before, ...after].reduce((live, status) => see(live, { kind: "status", status }), begun(healthy(20)))
}

const measured = (live: Live) => see(see(live, flowsLook(100, 50, 0)), flowsLook(168, 82, 2000))

const text = (live: Live, size = USUAL) => screenText(live, size, look).join("\n")

test("80 × 24: the status, each link's last minute, and the split that is asked for and measured", () => {
  expect(text(measured(outage()))).toBe(`\
router  rtr-a, site home
agent   pid 4711, running for 2h, since ${clock(START)}
rules   in sync, last changed 3m20s ago (${clock(FAILED)}) in 15.2 ms

LINK  STATE       SHARE   NEW  RATE  OPEN   LOSS      RTT  JITTER
isp1  down 3m20s    0 %  68 %  34/s   120  100 %        –       –
  no target answered for 1.1 s
  rtt                                █▄█▄█▄█▄█▄█▄█▄█▄█▄█▄××××××××××  max 20.0 ms
  loss                               ····················██████████  max 100 %
  icmp 1.1.1.1 silent
isp2  up 2h       100 %  32 %  16/s    44  2.0 %  12.3 ms  0.4 ms
  rtt                                ██████████████████████████████  max 12.3 ms
  loss                               ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁  max 2.0 %
  icmp 1.1.1.1 answers, tcp 8.8.8.8:53 broken

asked     |isp2 100 % ---------------------------------------------------------|
measured  |isp1 68 % ------------------------------------|isp2 32 % -----------|
q quits  NEW: part of the new flows, in a minute  OPEN: tracked flows`)
})

/** A router with this many links. */
function many(count: number): Live {
  const links = Array.from({ length: count }, (_, i) => ({ ...UP, name: `isp${i + 1}`, share: 1 / count }))
  return begun({ ...STATUS, links })
}

describe("a terminal of any size", () => {
  const sizes = [20, 40, 80, 132].flatMap(columns => [1, 5, 10, 24, 50].map(rows => ({ columns, rows })))

  test.each(sizes)("of $columns × $rows gets no more than it has room for", size => {
    for (const live of [measured(outage()), many(1), many(8), many(64)]) {
      const lines = screenText(live, size, { ...look, paint: colors.createColors(true) })
      expect(lines.length).toBeLessThanOrEqual(size.rows)
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size.columns)
    }
  })

  test("shows as much of each link as there is room for: targets, then history, then its row alone", () => {
    expect(text(many(2))).toContain("icmp 1.1.1.1 answers")
    expect(text(many(4))).not.toContain("icmp 1.1.1.1 answers")
    expect(text(many(4)).match(/^ {2}rtt /gm)).toHaveLength(4)
    expect(text(many(8))).not.toContain("  rtt ")
    expect(text(many(8)).match(/^isp\d /gm)).toHaveLength(8)
  })

  test("says how many links there was no room for", () => {
    expect(text(many(64))).toMatch(/^isp1 [^]*\n\d+ more lines: a higher terminal shows them\n/m)
  })
})

test("colour tells nothing that words do not, and moves nothing", () => {
  const painted = screenText(measured(outage()), USUAL, { ...look, paint: colors.createColors(true) })
  expect(painted.join("\n")).toContain("\u001b[31mdown\u001b[39m")
  expect(stripVTControlCharacters(painted.join("\n"))).toBe(text(measured(outage())))
})

test("an agent that cannot be asked is said above what was known last", () => {
  const live = see(outage(), { kind: "no status", why: "no answer within 2000 ms" })
  expect(text(live).split("\n").slice(0, 2)).toEqual([
    "as it was last: no answer within 2000 ms",
    "router  rtr-a, site home",
  ])
  expect(text(live)).toMatch(/^ {2}rtt .*× {3}max/m)
  expect(text(see(live, { kind: "status", status: healthy(20) }))).not.toContain("as it was last")
})

test("without an agent the links are a thing of the past", () => {
  const live = begun({ ...STATUS, pid: null, since: null })
  expect(text(live)).toContain("not running: nobody watches the links")
  expect(text(live)).toMatch(/^isp1 +was down +0 %/m)
})

test("flows that may not be counted say why, and those that did not begin are none", () => {
  const forbidden = see(outage(), { kind: "no flows", why: "counting flows needs root: sudo evenkeel watch" })
  expect(text(forbidden)).toMatch(/^measured +counting flows needs root: sudo evenkeel watch$/m)
  expect(text(outage())).toMatch(/^measured +counting$/m)
  const idle = see(see(outage(), flowsLook(100, 50, 0)), flowsLook(100, 50, 2000))
  expect(text(idle)).toMatch(/^measured +no new flow$/m)
})

test("IPv6 has a row, a history and a split of its own", () => {
  const status = { ...STATUS, links: [{ ...UP, ipv6: { ...DOWN, address: "2001:db8::2", gateway: "fe80::1" } }] }
  const lines = text(begun(status)).split("\n")
  const row = lines.findIndex(line => line.startsWith("  IPv6"))
  expect(lines[row]).toMatch(/^ {2}IPv6 +down 3m20s +0 %/)
  expect(lines[row + 2]).toMatch(/^ {2}rtt .*×$/)
})
