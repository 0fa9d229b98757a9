import colors from "picocolors"
import { expect, test } from "vitest"
import type { Flows } from "../../../src/core/flows.ts"
import type { Status } from "../../../src/core/status-shape.ts"
import { clock } from "../../../src/cli/format.ts"
import { glyphsFor } from "../../../src/cli/watch/glyphs.ts"
import { begun, see, type Live } from "../../../src/cli/watch/live.ts"
import { screenText } from "../../../src/cli/watch/screen-text.ts"
import { widthOf } from "../../../src/cli/watch/clip.ts"
import { DOWN, FAILED, NOW_MS, PLAIN, START, STATUS, UP } from "../stories.ts"

const look = { paint: PLAIN, glyphs: glyphsFor({ LANG: "C.UTF-8" }), nowMs: NOW_MS }
const usual = { columns: 80, rows: 24 }

const link = (name: string, share: number, newFlows: number, tracked: number): Flows["links"][number] => ({
  name,
  mark: 1,
  weight: 50,
  drained: false,
  weightShare: 0.5,
  share,
  newFlows,
  newShare: null,
  tracked,
  trackedBy: { tcp: tracked, udp: 0, other: 0 },
  trackedShare: null,
})

const flows = (first: number, second: number) => ({
  ipv4: { links: [link("isp1", 0.7, first, 120), link("isp2", 0.3, second, 44)], unmarked: 0, strangers: 0 },
  ipv6: null,
  policies: [],
  overrides: [],
})

const BOTH: Status = {
  ...STATUS,
  links: [
    { ...UP, name: "isp1", interface: "eth0", weight: 70, share: 0.7, loss: 0, rttMs: 20 },
    { ...UP, share: 0.3, loss: 0.02 },
  ],
}

/** Twenty seconds of health, then ten of a dead isp1. */
function outage(): Live {
  const broken: Status = { ...STATUS, links: [{ ...DOWN, since: new Date(NOW_MS - 10_000).toISOString() }, UP] }
  let live = begun(BOTH)
  for (let i = 1; i < 20; i++) {
    const rttMs = i % 2 === 0 ? 20 : 10
    const [first, second] = BOTH.links
    live = see(live, { kind: "status", status: { ...BOTH, links: [{ ...first!, rttMs }, second!] } })
  }
  for (let i = 0; i < 10; i++) live = see(live, { kind: "status", status: broken })
  return live
}

test("80 × 24: status, the last minute of each link, and the measured split", () => {
  let live = outage()
  live = see(live, { kind: "flows", flows: flows(100, 50), atMs: 0 })
  live = see(live, { kind: "flows", flows: flows(168, 82), atMs: 2000 })
  expect(screenText(live, usual, look).join("\n")).toBe("")
})
