import { expect, test } from "vitest"
import { peersText } from "../../src/cli/peers-text.ts"
import { statusText } from "../../src/cli/status-text.ts"
import { storeText } from "../../src/cli/store-text.ts"
import type { PeerStatus } from "../../src/core/status-shape.ts"
import { config } from "../core/fixtures.ts"
import { shareConfig } from "../share/support/router.ts"
import { FAILED, NOW_MS, PLAIN, START, STATUS } from "./stories.ts"

const link = { state: "up", since: START, reason: "its targets answer", weight: 70, loss: 0, rttMs: 12 } as const
const flags = { drained: false, damped: false, probed: true }
const PEER: PeerStatus = {
  router: "rtr-b",
  site: "home",
  since: START,
  lagMs: 2400,
  rulesInSync: true,
  links: [
    { ...link, ...flags, name: "isp1", line: "fibre-1", share: 0, state: "down", since: FAILED, reason: "no carrier" },
    { ...link, ...flags, name: "lte", line: null, share: 1 },
  ],
  lastEvent: { seq: 7, time: FAILED, type: "weights.applied" },
}
const connected = { connected: true, lag: 0, error: null }

test("peers shows each link of every other router, and why it is not well", () => {
  expect(peersText({ peers: [PEER], share: connected }, PLAIN, NOW_MS)).toBe(`\
ROUTER      LINK  LINE     STATE       SHARE  LAST EVENT
home/rtr-b  isp1  fibre-1  down 3m20s    0 %  weights.applied 3m20s ago; heard 2s ago
            lte   –        up 2h       100 %

rtr-b isp1: no carrier`)
})

test("peers shows a router that has no links to tell of", () => {
  const text = peersText({ peers: [{ ...PEER, links: [] }], share: connected }, PLAIN, NOW_MS)
  expect(text).toContain("home/rtr-b  none")
})

test("peers says when it is what was last heard, and when there is nobody", () => {
  const text = peersText(
    { peers: [], share: { connected: false, lag: null, error: "connect ECONNREFUSED" } },
    PLAIN,
    NOW_MS,
  )
  expect(text).toMatch(/^Redis does not work .*ECONNREFUSED.*\n\nNo other router is heard of\.$/)
})

test("status has a line for sharing and one for each other router", () => {
  const text = statusText({ ...STATUS, share: { connected: true, lag: 3, error: null }, peers: [PEER] }, PLAIN, NOW_MS)
  expect(text).toContain("share   connected, 3 events wait to be sent")
  expect(text).toMatch(/PEER +LINKS\nhome\/rtr-b +isp1 down, lte up$/)
  expect(statusText(STATUS, PLAIN, NOW_MS)).not.toContain("share  ")
})

test("check --online names what cannot be had, and the least that Redis must allow", () => {
  const share = shareConfig({ redis: "redis://edge@10.0.0.5", sites: ["away"] })
  const trials = [
    { what: "connect and log in", error: null },
    { what: "announce changes", error: "NOPERM" },
  ]
  const text = storeText(config({ share }), trials, PLAIN)
  expect(text).toContain("redis://10.0.0.5:6379\n  ✔  connect and log in\n  ✘  announce changes    NOPERM")
  expect(text).toMatch(/ACL SETUSER edge on '>PASSWORD' .* ~\{evenkeel:home\}:\* .*%R~\{evenkeel:away\}:\*/)
})
