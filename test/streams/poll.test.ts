import { BehaviorSubject, delay, EMPTY, map, of, takeUntil, timer, type Observable } from "rxjs"
import { TestScheduler } from "rxjs/testing"
import { describe, expect, it } from "vitest"
import type { HealthSettings } from "../../src/core/config.ts"
import { probeName } from "../../src/core/probe-spec.ts"
import { onProbe } from "../../src/core/health.ts"
import { newLink, type LinkHealth } from "../../src/core/link-health.ts"
import type { Outcome, ProbeResult } from "../../src/core/outcome.ts"
import { LATE_MS } from "../../src/core/rtt.ts"
import { poll, type Limits, type ProbeLink } from "../../src/streams/poll.ts"
import { link, SETTINGS } from "../core/fixtures.ts"

interface Sent {
  readonly atMs: number
  readonly probe: string
  readonly limits: Limits
}

const ISP1 = link(1)
const NAMES = ISP1.probes.map(probeName)
const healthy = newLink("isp1", NAMES, SETTINGS, 0)
const suspected: LinkHealth = {
  ...healthy,
  suspicion: { sinceMs: 0, sentMs: 0, lost: 0, lastLost: 0, confirmedMs: null, hintedBy: null },
}

/** Polls for `forMs` in virtual time; `answer` is what each probe yields, `health` what is known of the link at a time. */
function polled(
  forMs: number,
  answer: (sent: Sent) => Observable<Outcome>,
  health: (atMs: number) => LinkHealth = () => healthy,
  settings: HealthSettings = SETTINGS,
) {
  const sent: Sent[] = []
  const results: ProbeResult[] = []
  const scheduler = new TestScheduler(() => undefined)
  scheduler.run(({ flush }) => {
    const now = () => scheduler.now()
    const probe: ProbeLink = (asked, spec, limits) => {
      expect(asked).toBe(ISP1)
      const each = { atMs: now(), probe: probeName(spec), limits }
      sent.push(each)
      return answer(each)
    }
    const known$ = new BehaviorSubject(health(0))
    timer(1, 1)
      .pipe(takeUntil(timer(forMs)))
      .subscribe(() => {
        known$.next(health(now()))
      })
    poll(ISP1, settings, known$, probe, now)
      .pipe(takeUntil(timer(forMs)))
      .subscribe(result => results.push(result))
    flush()
  })
  return { sent, results }
}

const replyAfter = (rttMs: number) => () => of<Outcome>({ kind: "reply", rttMs }).pipe(delay(rttMs))
const times = (sent: readonly Sent[]) => sent.map(({ atMs }) => atMs)

describe("poll", () => {
  it("asks one target after another, one each interval, from the first moment on", () => {
    const { sent } = polled(2100, replyAfter(15))
    expect(times(sent)).toEqual([0, 500, 1000, 1500, 2000])
    expect(sent.map(({ probe }) => probe)).toEqual([...NAMES, ...NAMES].slice(0, 5))
  })

  it("dates each result by when it was asked and when it was answered", () => {
    const { results } = polled(600, replyAfter(15))
    expect(results).toEqual([
      { kind: "probe", link: "isp1", probe: NAMES[0], sentMs: 0, atMs: 15, outcome: { kind: "reply", rttMs: 15 } },
      { kind: "probe", link: "isp1", probe: NAMES[1], sentMs: 500, atMs: 515, outcome: { kind: "reply", rttMs: 15 } },
    ])
  })

  it("does not wait for an answer before it asks the next target", () => {
    const { sent, results } = polled(2100, replyAfter(1700))
    expect(sent).toHaveLength(5)
    expect(results.map(({ atMs }) => atMs)).toEqual([1700])
    expect(polled(2100, () => EMPTY).sent).toHaveLength(5)
  })

  it("passes on a miss and the late answer to the same probe", () => {
    const { results } = polled(450, () =>
      timer(100, 300).pipe(
        map((_, i): Outcome => (i === 0 ? { kind: "lost", reason: "timeout" } : { kind: "reply", rttMs: 400 })),
      ),
    )
    expect(results).toMatchObject([
      { sentMs: 0, atMs: 100, outcome: { kind: "lost" } },
      { sentMs: 0, atMs: 400, outcome: { kind: "reply" } },
    ])
  })

  it("asks at once, and faster, when the link is suspected, and at the usual pace again when that is settled", () => {
    const { sent } = polled(
      2000,
      () => EMPTY,
      atMs => (atMs >= 600 && atMs < 650 ? suspected : healthy),
    )
    expect(times(sent)).toEqual([0, 500, 600, 620, 640, 1150, 1650])
  })

  it("goes on round the targets through a burst", () => {
    const { sent } = polled(
      700,
      () => EMPTY,
      atMs => (atMs >= 600 ? suspected : healthy),
    )
    expect(sent.map(({ probe }) => probe)).toEqual([...NAMES, ...NAMES, ...NAMES].slice(0, 7))
  })

  it("spares a dead target the burst", () => {
    const [first, second] = healthy.targets.map(target => ({ ...target, lastAnswerMs: 60_000 }))
    const dead = healthy.targets.slice(2).map(target => ({ ...target, missesInRow: 50 }))
    const targets = [first, second, ...dead].filter(target => target !== undefined)
    const { sent } = polled(
      200,
      () => EMPTY,
      () => ({ ...suspected, targets }),
    )
    expect(new Set(sent.map(({ probe }) => probe))).toEqual(new Set(NAMES.slice(0, 2)))
    expect(
      polled(
        2000,
        () => EMPTY,
        () => ({ ...healthy, targets }),
      ).sent.map(({ probe }) => probe),
    ).toContain(NAMES[2])
  })

  it("is not disturbed by news that change nothing about the pace", () => {
    const { sent } = polled(
      1600,
      () => EMPTY,
      atMs => ({ ...healthy, reason: `as of ${atMs}` }),
    )
    expect(times(sent)).toEqual([0, 500, 1000, 1500])
  })

  it("waits for each target as its own RTT asks, or its siblings' at first, and longer for a late answer", () => {
    const measured = (rttMs: number) =>
      NAMES.slice(0, 2).reduce(
        (health, probe) =>
          onProbe(
            health,
            { kind: "probe", link: "isp1", probe, sentMs: 0, atMs: 0, outcome: { kind: "reply", rttMs } },
            SETTINGS,
          ),
        healthy,
      )
    const { sent } = polled(
      1100,
      () => EMPTY,
      () => measured(200),
    )
    expect(sent.map(({ limits }) => limits.timeoutMs)).toEqual([600, 600, 600])
    expect(sent.every(({ limits }) => limits.lateMs === LATE_MS)).toBe(true)
  })

  it("waits as long as the configuration says, never shorter for a late answer than for a timely one", () => {
    const { sent } = polled(
      100,
      () => EMPTY,
      () => healthy,
      { ...SETTINGS, timeoutMs: 5000 },
    )
    expect(sent.map(({ limits }) => limits)).toEqual([{ timeoutMs: 5000, lateMs: 5000 }])
  })

  it("ends in an error, not in silence, when a prober throws", () => {
    const scheduler = new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected)
    })
    scheduler.run(({ expectObservable }) => {
      const thrower = () => {
        throw new Error("no such prober")
      }
      const polled$ = poll(ISP1, SETTINGS, new BehaviorSubject(healthy), thrower, () => scheduler.now())
      expectObservable(polled$).toBe("#", {}, new Error("no such prober"))
    })
  })
})
