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
  ({ kind: "flows", flows: { ipv4: flowsOfTwo(first, second), ipv6: null, policies: [], overrides: [] }, atMs }) as const

/** Twenty seconds of health, then ten with isp1 down. */
function outage(): Live {
  const before = Array.from({ length: 19 }, (_, i) => healthy(i % 2 === 0 ? 10 : 20))
  const after = Array.from({ length: 10 }, () => ({ ...STATUS, links: [DOWN, UP] }))
  return [...before, ...after].reduce((live, status) => see(live, { kind: "status", status }), begun(healthy(20)))
}

const measured = (live: Live) => see(see(live, flowsLook(100, 50, 0)), flowsLook(168, 82, 2000))

const text = (live: Live, size = USUAL) => screenText(live, size, look).join("\n")

test("80 × 24: the status, each link's last minute, and the split that is asked for and measured", () => {
  expect(text(measured(outage()))).toBe("")
})
