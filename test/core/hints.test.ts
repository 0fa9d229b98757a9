import { describe, expect, test } from "vitest"
import { onHint, onSeen } from "../../src/core/hints.ts"
import { onFacts, onProbe } from "../../src/core/health.ts"
import { newLink, type LinkHealth } from "../../src/core/link-health.ts"
import { paceMs } from "../../src/core/pace.ts"
import { pendingOf } from "../../src/core/pending.ts"
import { onTraffic } from "../../src/core/traffic.ts"
import { PLUGGED_IN, SETTINGS } from "./fixtures.ts"

/** Slow enough that by itself it would take ten seconds to find a dead line. */
const SLOW = { ...SETTINGS, intervalMs: 5000, downAfterMs: 10_000 }
const PROBES = ["icmp 1.1.1.1", "icmp 9.9.9.9"]
const BY = "rtr-b"

function answered(link: LinkHealth, sentMs: number, probe = PROBES[0] ?? ""): LinkHealth {
  const outcome = { kind: "reply", rttMs: 12 } as const
  return onProbe(link, { kind: "probe", link: "isp1", probe, sentMs, atMs: sentMs + 12, outcome }, SLOW)
}

function missed(link: LinkHealth, sentMs: number, probe: string): LinkHealth {
  const outcome = { kind: "lost", reason: "timeout" } as const
  return onProbe(link, { kind: "probe", link: "isp1", probe, sentMs, atMs: sentMs + 100, outcome }, SLOW)
}

const fresh = newLink("isp1", PROBES, SLOW, 0)
const up = answered(answered(fresh, 0), 5000, PROBES[1])
const hint = (atMs: number) => ({ kind: "hint", link: "isp1", by: BY, atMs }) as const
const doubted = onHint(up, hint(6000), SLOW)

/** The burst that follows a hint at 6 s. */
function silent(link: LinkHealth, probes: number): LinkHealth {
  return Array.from({ length: probes }, (_, i) => i).reduce(
    (seen, i) => missed(seen, 6000 + 50 * i, PROBES[i % 2] ?? ""),
    link,
  )
}

describe("a hint", () => {
  test("has the link asked at once, and moves nothing by itself", () => {
    expect(doubted.state).toBe("up")
    expect(paceMs(up, SLOW)).toBe(5000)
    expect(paceMs(doubted, SLOW)).toBe(30)
    expect(pendingOf(doubted, SLOW, 6100)).toMatchObject({ to: "down", unanswered: 0, needed: 10 })
  })

  test("and ten silent probes take it down, long before its own settings would", () => {
    expect(silent(doubted, 9).state).toBe("up")
    const dead = silent(doubted, 12)
    expect(dead).toMatchObject({ state: "down", reason: `no target answered for 1.5 s; ${BY} had seen its line fail` })
  })

  test("without one the same silence is none yet", () => {
    expect(silent(up, 12).state).toBe("up")
  })

  test("that one answer contradicts is over", () => {
    const cleared = answered(silent(doubted, 8), 6500)
    expect(cleared).toMatchObject({ state: "up", suspicion: null })
    expect(paceMs(answered(doubted, 6100), SLOW)).toBe(5000)
  })

  test("that users' traffic contradicts is over", () => {
    const busy = onTraffic(silent(doubted, 8), { kind: "traffic", link: "isp1", atMs: 6500 }, SLOW)
    expect(busy).toMatchObject({ state: "up", suspicion: null })
  })

  test("speeds up a suspicion that is there already", () => {
    const suspected = missed(up, 5900, PROBES[0] ?? "")
    expect(onHint(suspected, hint(6050), SLOW).suspicion).toMatchObject({ hintedBy: BY, sinceMs: 6000 })
  })

  test("is heard once in ten seconds, however many come", () => {
    const cleared = answered(doubted, 6100)
    expect(onHint(cleared, hint(15_999), SLOW)).toBe(cleared)
    expect(onHint(cleared, hint(16_000), SLOW).suspicion).not.toBeNull()
  })

  test("changes nothing of a link that is down, or that nobody here asks", () => {
    const dead = onFacts(up, { ...PLUGGED_IN, carrier: false }, SLOW, 5100)
    expect(onHint(dead, hint(6000), SLOW)).toBe(dead)
    const followed = newLink("isp1", [], SLOW, 0)
    expect(onHint(followed, hint(6000), SLOW)).toBe(followed)
  })
})

const seen = (state: LinkHealth["state"], atMs = 1000) =>
  ({ kind: "seen", link: "isp1", by: BY, view: { state, reason: `as ${BY} sees its line` }, atMs }) as const
const unseen = { kind: "seen", link: "isp1", by: null, view: null, atMs: 2000 } as const

describe("a fresh link", () => {
  test("that others see work starts as up", () => {
    expect(onSeen(fresh, seen("degraded"), SLOW)).toMatchObject({ state: "up", reason: `${BY} sees its line work` })
  })

  test("that others see dead is asked at once, and decides by its own answers", () => {
    const asked = onSeen(fresh, seen("down"), SLOW)
    expect(asked).toMatchObject({ state: "unknown", suspicion: { hintedBy: BY } })
    expect(answered(asked, 1010)).toMatchObject({ state: "up", suspicion: null })
  })

  test("that has been judged here is not judged by others", () => {
    expect(onSeen(up, seen("down"), SLOW)).toBe(up)
    expect(onSeen(up, unseen, SLOW)).toBe(up)
  })
})

describe("a link without probes", () => {
  const followed = onFacts(newLink("isp1", [], SLOW, 0), PLUGGED_IN, SLOW, 10)

  test("is as the followed router sees its line", () => {
    expect(followed.state).toBe("unknown")
    const down = onSeen(followed, seen("down"), SLOW)
    expect(down).toMatchObject({ state: "down", sinceMs: 1000, reason: `as ${BY} sees its line` })
    expect(onSeen(down, seen("up", 3000), SLOW)).toMatchObject({ state: "up", sinceMs: 3000 })
  })

  test("is unknown, never down, once nobody tells of it", () => {
    expect(onSeen(onSeen(followed, seen("down"), SLOW), unseen, SLOW).state).toBe("unknown")
  })

  test("is down without a carrier, whatever others see, and as they see it once plugged in again", () => {
    const unplugged = onFacts(onSeen(followed, seen("up"), SLOW), { ...PLUGGED_IN, carrier: false }, SLOW, 1500)
    expect(unplugged).toMatchObject({ state: "down", reason: "no carrier" })
    expect(onFacts(unplugged, PLUGGED_IN, SLOW, 1600).state).toBe("up")
  })
})
