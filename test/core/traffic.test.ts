import { describe, expect, it } from "vitest"
import { onFacts, onProbe } from "../../src/core/health.ts"
import { knownDead, newLink, type LinkHealth } from "../../src/core/link-health.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import { LATE_MS } from "../../src/core/rtt.ts"
import { isOverheard, onTraffic } from "../../src/core/traffic.ts"
import { PLUGGED_IN, SETTINGS } from "./fixtures.ts"

const LOST: Outcome = { kind: "lost", reason: "timeout" }
const TIMEOUT_MS = 50
const SUSPICION = { sinceMs: 0, sentMs: 0, lastLost: 0, confirmedMs: null, hintedBy: null }
/** The pace of a burst by the default settings. */
const BURST_MS = 20
/** So many probes of a burst make it serious: those sent before the first was missed do not count. */
const SERIOUS = 8
/** So many settle it: a short outage would be over. */
const SETTLED = 33

const probe = (link: LinkHealth, sentMs: number, atMs: number, outcome: Outcome) =>
  onProbe(link, { kind: "probe", link: "isp1", probe: "a", sentMs, atMs, outcome }, SETTINGS)
const miss = (link: LinkHealth, sentMs: number) => probe(link, sentMs, sentMs + TIMEOUT_MS, LOST)
const moved = (link: LinkHealth, atMs: number) => onTraffic(link, { kind: "traffic", link: "isp1", atMs }, SETTINGS)

/** Last answered at 1000 ms. */
const up = probe(newLink("isp1", ["a"], SETTINGS, 0), 985, 1000, { kind: "reply", rttMs: 15 })

/** A burst whose probes are all missed, from one sent at `fromMs` on. */
function burst(link: LinkHealth, fromMs: number, misses: number): LinkHealth {
  return Array.from({ length: misses }, (_, i) => fromMs + i * BURST_MS).reduce(miss, link)
}

describe("users' traffic that gets on", () => {
  it("is listened for once a suspicion is serious, and not before", () => {
    expect([up, burst(up, 1500, 1), burst(up, 1500, SERIOUS - 1)].map(isOverheard)).toEqual([false, false, false])
    expect(isOverheard(burst(up, 1500, SERIOUS))).toBe(true)
    expect(isOverheard({ ...up, isCalled: true })).toBe(true)
  })

  it("settles a suspicion as an answer does", () => {
    const busy = moved(burst(up, 1500, SERIOUS), 1760)
    expect(busy).toMatchObject({ state: "up", suspicion: null, movedMs: 1760 })
    expect(isOverheard(busy)).toBe(false)
  })

  it("explains the misses of what was under way, too: only a probe sent after it raises suspicion again", () => {
    const busy = moved(burst(up, 1500, SERIOUS), 1760)
    expect(miss(busy, 1750).suspicion).toBeNull()
    expect(miss(busy, 2260).suspicion).toMatchObject({ sinceMs: 2310 })
  })

  it("puts off a verdict until it has ceased for downAfter, and the reason still counts from the last answer", () => {
    const busy = moved(burst(up, 1500, SERIOUS), 1760)
    expect(burst(busy, 2260, SETTLED - 8).state).toBe("up")
    const dead = burst(busy, 2260, SETTLED)
    expect(dead).toMatchObject({ state: "down", reason: "no target answered for 1.9 s" })
    expect(dead.evidence).toMatchObject({ silenceMs: dead.sinceMs - 1000, trafficMs: dead.sinceMs - 1760 })
    expect(dead.sinceMs - 2260).toBeLessThan(SETTINGS.downAfterMs)
  })

  it("explains no silence of more than twice the longest delay that an answer is listened for", () => {
    const silent = { ...burst(up, 1500, SERIOUS), state: "up" as const }
    expect(moved(silent, 1000 + 2 * LATE_MS).movedMs).not.toBeNull()
    expect(moved(silent, 1000 + 2 * LATE_MS + 1)).toBe(silent)
  })

  it("says nothing of a link that is not in doubt", () => {
    expect(moved(up, 1100)).toBe(up)
  })

  it("is no proof that a dead link is back", () => {
    const dead = knownDead(up, "dead")
    expect(isOverheard({ ...dead, isCalled: true, suspicion: { ...SUSPICION, lost: 9 } })).toBe(false)
    expect(moved(dead, 1100)).toBe(dead)
  })

  it("does not hold up what the kernel says", () => {
    const doubtful = burst(moved(burst(up, 1500, SERIOUS), 1760), 2260, SERIOUS)
    const gone = onFacts(doubtful, { ...PLUGGED_IN, carrier: false }, SETTINGS, 2500)
    expect(gone.state).toBe("down")
    expect(moved(gone, 2510)).toBe(gone)
  })
})
