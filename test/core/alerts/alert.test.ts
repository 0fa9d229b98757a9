import { expect, test } from "vitest"
import { adopt, onEvent, withoutPast } from "../../../src/core/alerts/alert.ts"
import { delivered, NOTHING_TOLD } from "../../../src/core/alerts/state.ts"
import { clockWasSet, nextMoment, onTime } from "../../../src/core/alerts/in-time.ts"
import type { AlertState } from "../../../src/core/alerts/state.ts"
import type { Topic } from "../../../src/core/alerts/topic.ts"
import type { EventDraft, JournalEvent } from "../../../src/core/events.ts"
import * as j from "./journal.ts"

const { goes, journalOf, topic } = j

function after(events: readonly JournalEvent[], about: Topic = topic(), from: AlertState = NOTHING_TOLD): AlertState {
  return events.reduce((state, event) => onEvent(about, state, event), from)
}

/** Without what all have in common: `link.down:isp1:ipv4:2:opened`. */
function told({ queue }: AlertState): readonly string[] {
  return queue.map(({ id }) => id.replace("evenkeel:home:rtr-a:", ""))
}

function at(second: number): number {
  return j.START_MS + second * 1000
}

type Row = readonly [what: string, drafts: readonly (readonly [number, EventDraft])[], told: readonly string[]]

const rows: readonly Row[] = [
  [
    "a link that comes up at the start is no news",
    [
      [0, j.started],
      [1, goes("isp1", "up")],
    ],
    [],
  ],
  [
    "a link goes down and comes back",
    [
      [0, goes("isp1", "up")],
      [9, goes("isp1", "down")],
      [20, goes("isp1", "up")],
    ],
    ["link.down:isp1:ipv4:2:opened", "link.down:isp1:ipv4:2:resolved"],
  ],
  [
    "each family by itself",
    [
      [0, goes("isp1", "down", { family: "ipv6" })],
      [1, goes("isp1", "down")],
    ],
    ["link.down:isp1:ipv6:1:opened", "all.down:ipv6:1:opened", "link.down:isp1:ipv4:2:opened"],
  ],
  [
    "from degraded to down to degraded to up",
    [
      [0, goes("isp1", "degraded")],
      [1, goes("isp1", "down")],
      [2, goes("isp1", "degraded")],
      [3, goes("isp1", "up")],
    ],
    [
      "link.degraded:isp1:ipv4:1:opened",
      "link.degraded:isp1:ipv4:1:resolved",
      "link.down:isp1:ipv4:2:opened",
      "link.down:isp1:ipv4:2:resolved",
      "link.degraded:isp1:ipv4:3:opened",
      "link.degraded:isp1:ipv4:3:resolved",
    ],
  ],
  [
    "a link of which nothing is known any more may still be down",
    [
      [0, goes("isp1", "down")],
      [1, goes("isp1", "unknown")],
      [2, goes("isp1", "down")],
      [3, goes("isp1", "up")],
    ],
    ["link.down:isp1:ipv4:1:opened", "link.down:isp1:ipv4:1:resolved"],
  ],
  [
    "all links down, and the first that is back",
    [
      [0, goes("isp1", "down")],
      [1, goes("isp2", "down")],
      [5, goes("isp1", "up")],
      [9, goes("isp2", "up")],
    ],
    [
      "link.down:isp1:ipv4:1:opened",
      "link.down:isp2:ipv4:2:opened",
      "all.down:ipv4:2:opened",
      "all.down:ipv4:2:resolved",
      "link.down:isp1:ipv4:1:resolved",
      "link.down:isp2:ipv4:2:resolved",
    ],
  ],
  ["a link that nobody configured", [[0, goes("isp9", "down")]], []],
  [
    "a damped link, until it would be let back",
    [
      [0, goes("isp1", "down", { dampedMs: 60_000 })],
      [5, goes("isp1", "up", { dampedMs: 55_000 })],
      [61, j.applied],
    ],
    [
      "link.down:isp1:ipv4:1:opened",
      "flapping:isp1:ipv4:1:opened",
      "link.down:isp1:ipv4:1:resolved",
      "flapping:isp1:ipv4:1:resolved",
    ],
  ],
  [
    "a damped link that goes down once more stays one incident",
    [
      [0, goes("isp1", "down", { dampedMs: 60_000 })],
      [50, goes("isp1", "up", { dampedMs: 10_000 })],
      [55, goes("isp1", "down", { dampedMs: 60_000 })],
      [100, goes("isp1", "up", { dampedMs: 15_000 })],
    ],
    [
      "link.down:isp1:ipv4:1:opened",
      "flapping:isp1:ipv4:1:opened",
      "link.down:isp1:ipv4:1:resolved",
      "link.down:isp1:ipv4:3:opened",
      "link.down:isp1:ipv4:3:resolved",
    ],
  ],
  [
    "rules that fail again and again, until they are written",
    [
      [0, j.failed],
      [1, j.failed],
      [3, j.applied],
      [4, j.applied],
    ],
    ["rules.failed:ipv4:1:opened", "rules.failed:ipv4:1:resolved"],
  ],
  [
    "rules that are mended",
    [
      [0, j.failed],
      [1, j.repaired],
    ],
    ["rules.failed:ipv4:1:opened", "rules.failed:ipv4:1:resolved"],
  ],
  [
    "rules that fail no more, though nothing had to be written",
    [
      [0, j.failed],
      [65, j.started],
    ],
    ["rules.failed:ipv4:1:opened", "rules.failed:ipv4:1:resolved"],
  ],
  [
    "rules of the other family",
    [
      [0, j.failed],
      [1, { ...j.repaired, family: "ipv6" } as EventDraft],
    ],
    ["rules.failed:ipv4:1:opened"],
  ],
  [
    "a prober that cannot ask, until its link is called up",
    [
      [0, j.broken],
      [1, j.broken],
      [2, goes("isp1", "up")],
    ],
    ["probe.broken:isp1:ipv4:1:opened", "probe.broken:isp1:ipv4:1:resolved"],
  ],
  [
    "a prober that has not complained for an hour",
    [
      [0, j.broken],
      [3599, j.applied],
      [3600, j.applied],
    ],
    ["probe.broken:isp1:ipv4:1:opened", "probe.broken:isp1:ipv4:1:resolved"],
  ],
  [
    "a peer that is lost and heard again",
    [
      [0, j.lost],
      [9, j.heard],
    ],
    ["peer.lost:home/rtr-b:1:opened", "peer.lost:home/rtr-b:1:resolved"],
  ],
  [
    "a peer that is lost for a week is not waited for",
    [
      [0, j.lost],
      [7 * 86_400, j.applied],
      [7 * 86_400 + 9, j.heard],
    ],
    ["peer.lost:home/rtr-b:1:opened", "peer.lost:home/rtr-b:1:resolved"],
  ],
  [
    "a stop and a start",
    [
      [0, j.started],
      [1, j.stopped],
      [9, j.started],
    ],
    ["agent.stopped:2:opened", "agent.stopped:2:resolved"],
  ],
  [
    "a start without a stop is a crash, and is over when the agent has run for five minutes",
    [
      [0, j.started],
      [9, j.started],
      [308, j.applied],
      [309, j.applied],
    ],
    ["agent.stopped:2:opened", "agent.stopped:2:resolved"],
  ],
  [
    "a loop of crashes is one incident, and one that comes later is another",
    [
      [0, j.started],
      ...Array.from({ length: 50 }, (_, i) => [10 + 200 * i, j.started] as const),
      [20_000, j.applied],
      [20_001, j.started],
    ],
    ["agent.stopped:2:opened", "agent.stopped:2:resolved", "agent.stopped:53:opened"],
  ],
  [
    "stops and starts that follow one another closely: the first is over at once, the others are one incident",
    [
      [0, j.started],
      [400, j.stopped],
      [401, j.started],
      [500, j.stopped],
      [501, j.started],
      [600, j.stopped],
      [601, j.started],
      [901, j.applied],
      [1000, j.stopped],
      [1001, j.started],
    ],
    [
      "agent.stopped:2:opened",
      "agent.stopped:2:resolved",
      "agent.stopped:4:opened",
      "agent.stopped:4:resolved",
      "agent.stopped:9:opened",
      "agent.stopped:9:resolved",
    ],
  ],
  [
    "a stop soon after a crash belongs to it, and lasts until the agent has started and run for five minutes",
    [
      [0, j.started],
      [9, j.started],
      [100, j.stopped],
      [5000, j.started],
      [5299, j.applied],
    ],
    ["agent.stopped:2:opened"],
  ],
  [
    "a configuration that is refused twice, until one is taken",
    [
      [0, j.rejected],
      [1, j.rejected],
      [2, j.reloaded],
      [3, j.rejected],
      [4, j.started],
    ],
    [
      "config.rejected:1:opened",
      "config.rejected:1:resolved",
      "config.rejected:4:opened",
      "config.rejected:4:resolved",
    ],
  ],
  ["the first start ever is none", [[0, j.started]], []],
  [
    "alerts about alerts",
    [
      [
        0,
        {
          type: "alert.failed",
          alert: "oncall",
          receiver: "slack",
          key: "k",
          condition: "link.down",
          message: "opened",
          attempts: 1,
          error: "",
          retryMs: 1,
        },
      ],
    ],
    [],
  ],
]

test.each(rows)("%s", (_, drafts, ids) => {
  expect(told(after(journalOf(...drafts)))).toEqual(ids)
})

test("a crash is told with the time of the last that was heard", () => {
  const { queue } = after(journalOf([0, j.started], [30, goes("isp1", "up")], [90, j.started], [390, j.applied]))
  expect(queue[0]).toMatchObject({
    since: "2026-01-31T12:00:30.000Z",
    happened: expect.stringContaining("a crash") as string,
  })
  expect(queue[1]).toMatchObject({ kind: "resolved", title: "rtr-a: the agent is steady again after 6m" })
})

test("a peer that is back and one that is given up are told apart", () => {
  const about = topic({ repeatMs: null })
  const ends = [journalOf([0, j.lost], [9, j.heard]), journalOf([0, j.lost], [7 * 86_400, j.applied])]
  expect(ends.map(events => after(events, about).queue[1]?.title)).toEqual([
    "rtr-a: home/rtr-b is heard again after 9s",
    "rtr-a: home/rtr-b is taken for gone for good after 7d",
  ])
})

test("only what the alert is about, and only its links; what concerns the router is of no link", () => {
  const events = journalOf([0, goes("isp1", "down")], [1, goes("isp2", "down")], [2, j.stopped])
  expect(told(after(events, topic({ when: ["link.down", "all.down"], links: ["isp2"] })))).toEqual([
    "link.down:isp2:ipv4:2:opened",
    "all.down:ipv4:2:opened",
  ])
})

test("what has not lasted long enough is never told", () => {
  const about = topic({ forMs: 60_000 })
  expect(told(after(journalOf([0, goes("isp1", "down")], [59, goes("isp1", "up")]), about))).toEqual([])
  const lasting = after(journalOf([0, goes("isp1", "down")]), about)
  expect(nextMoment(about, lasting)).toBe(at(60))
  expect(told(onTime(about, lasting, at(59)))).toEqual([])
  expect(told(onTime(about, lasting, at(60)))).toEqual(["link.down:isp1:ipv4:1:opened"])
})

test("what lasted long enough while nobody looked is told when the end of it is read", () => {
  const state = after(journalOf([0, goes("isp1", "down")], [61, goes("isp1", "up")]), topic({ forMs: 60_000 }))
  expect(told(state)).toEqual(["link.down:isp1:ipv4:1:opened", "link.down:isp1:ipv4:1:resolved"])
  expect(state.queue[0]).toMatchObject({ time: "2026-01-31T12:01:00.000Z", since: "2026-01-31T12:00:00.000Z" })
})

test("while it lasts it is told again, once however long nobody looked, and not while the last still waits", () => {
  const about = topic({ repeatMs: 3_600_000, when: ["link.down"] })
  const opened = after(journalOf([0, goes("isp1", "down")]), about)
  expect(told(onTime(about, opened, at(7200)))).toEqual(["link.down:isp1:ipv4:1:opened"])
  const key = "evenkeel:home:rtr-a:link.down:isp1:ipv4:1"
  const first = onTime(about, delivered(opened, `${key}:opened`), at(9 * 3600))
  expect(told(first)).toEqual(["link.down:isp1:ipv4:1:repeated:1"])
  const second = onTime(about, delivered(first, `${key}:repeated:1`), at(10 * 3600))
  expect(told(second)).toEqual(["link.down:isp1:ipv4:1:repeated:2"])
  expect(second.queue[0]?.title).toBe("rtr-a: isp1 is down, still after 10h")
})

test("a clock that is set back delays what waits by no more than it takes", () => {
  const about = topic({ forMs: 60_000 })
  const pending = after(journalOf([7200, goes("isp1", "down")]), about)
  const setBack = onTime(about, pending, at(0))
  expect(told(onTime(about, setBack, at(59)))).toEqual([])
  expect(told(onTime(about, setBack, at(60)))).toEqual(["link.down:isp1:ipv4:1:opened"])
})

test("what began before the clock was set has lasted no longer for that, and ends no sooner", () => {
  const about = topic({ forMs: 60_000 })
  const day = 86_400
  const set = clockWasSet(after(journalOf([0, goes("isp1", "down")]), about), day * 1000)
  expect(told(onTime(about, set, at(day + 59)))).toEqual([])
  const due = onTime(about, set, at(day + 60))
  expect(told(due)).toEqual(["link.down:isp1:ipv4:1:opened"])
  expect(due.incidents[0]?.since).toBe(new Date(at(day)).toISOString())

  const crashed = after(journalOf([0, j.started], [1, j.started]))
  expect(crashed.incidents[0]?.end).not.toBeNull()
  const late = clockWasSet(crashed, day * 1000)
  expect(onTime(topic(), late, at(day + 2)).incidents).toHaveLength(1)
  expect(onTime(topic(), late, at(2 * day)).incidents).toHaveLength(0)
})

test("a start by the last good configuration leaves open that the file is refused; a start that takes it ends that", () => {
  const rejected = { type: "config.rejected", file: "/etc/evenkeel/evenkeel.yaml", problems: ["lan: missing"] } as const
  const lastGood = { ...j.started, lastGood: true } as const
  const state = after(journalOf([0, rejected], [1, j.stopped], [2, lastGood], [3, rejected]))
  const ofFile = (ids: readonly string[]) => ids.filter(id => id.startsWith("config.rejected"))
  expect(ofFile(told(state))).toEqual(["config.rejected:1:opened"])
  const mended = after(
    journalOf([0, rejected], [1, j.stopped], [2, lastGood], [3, rejected], [4, j.stopped], [5, j.started]),
  )
  expect(ofFile(told(mended))).toEqual(["config.rejected:1:opened", "config.rejected:1:resolved"])
})

test("a new configuration ends what it does not ask for", () => {
  const state = after(journalOf([0, goes("isp1", "down")], [1, j.stopped]))
  const narrow = topic({ when: ["link.down"], lines: { ipv4: ["isp2"], ipv6: [] } })
  const next = adopt(narrow, state, "2026-01-31T13:00:00.000Z")
  expect(next.incidents).toEqual([])
  expect(told(next).slice(-2)).toEqual(["link.down:isp1:ipv4:1:resolved", "agent.stopped:2:resolved"])
  expect(next.queue.at(-1)).toMatchObject({ happened: "it is not watched any more" })
})

test("a new alert begins with what is so now", () => {
  const state = after(journalOf([0, goes("isp1", "down")], [1, goes("isp1", "up")], [2, goes("isp2", "down")]))
  expect(told(withoutPast(state))).toEqual(["link.down:isp2:ipv4:3:opened"])
})
