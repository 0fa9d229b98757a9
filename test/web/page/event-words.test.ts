import { expect, test } from "vitest"
import type { EventDraft } from "../../../src/core/events.ts"
import { moodOf, sentence } from "../../../src/web/page/event-words.ts"
import { event, stateEvent } from "./support/recorded.ts"

const told = (draft: EventDraft) => sentence(event(1, 0, draft))

test("events are told in plain words", () => {
  expect(told(stateEvent("isp1", "up", "down", "no carrier"))).toBe("isp1 up → down: no carrier")
  expect(told({ ...stateEvent("isp1", "up", "down", "silent"), family: "ipv6" } as EventDraft)).toBe(
    "isp1 (IPv6) up → down: silent",
  )
  expect(told({ type: "weights.applied", family: "ipv4", shares: { isp1: 0.7, isp2: 0.3 }, tookMs: 15.71 })).toBe(
    "New flows: isp1 70 %, isp2 30 % (written in 15.7 ms)",
  )
  expect(told({ type: "override.set", kind: "drain", link: "isp1", force: false, until: null })).toBe(
    "By hand: isp1 drained, until it is taken back",
  )
  expect(told({ type: "rules.failed", family: "ipv6", error: "no such chain", retryMs: 1000 })).toBe(
    "IPv6 rules not written, again in 1.0 s: no such chain",
  )
  const alert = {
    alert: "oncall",
    receiver: "slack",
    key: "k",
    condition: "link.down",
    link: "isp1",
    attempts: 2,
  } as const
  expect(told({ type: "alert.sent", message: "opened", ...alert })).toBe(
    "Alert oncall (slack): link.down of isp1 opened, delivered",
  )
  expect(told({ type: "alert.failed", message: "resolved", error: "refused", retryMs: 1000, ...alert })).toBe(
    "Alert oncall (slack): link.down of isp1 resolved, not delivered, again in 1.0 s: refused",
  )
})

test("an event of a kind that this page does not know is told as it is", () => {
  const unknown = { type: "moon.risen", phase: "full", deep: { a: 1 } } as unknown as EventDraft
  expect(told(unknown)).toBe('moon.risen, phase full, deep {"a":1}')
  expect(told({ type: "constructor" } as unknown as EventDraft)).toBe("constructor")
})

test("an event is marked by where it led", () => {
  expect(moodOf(event(1, 0, stateEvent("isp1", "up", "down", "")))).toBe("down")
  expect(moodOf(event(1, 0, { type: "peer.lost", peer: "rtr-b", peerSite: "home" }))).toBe("degraded")
  expect(moodOf(event(1, 0, { type: "agent.stopped", reason: "SIGTERM" }))).toBe(null)
})
