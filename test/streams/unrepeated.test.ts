import { Subject } from "rxjs"
import { expect, it } from "vitest"
import type { EventDraft } from "../../src/core/events.ts"
import { unrepeated } from "../../src/streams/unrepeated.ts"

const broken = (probe: string, error = "EPERM"): EventDraft => ({
  type: "probe.broken",
  family: "ipv4",
  link: "isp1",
  probe,
  error,
})

/** What is told of events, each at its time. */
function told(events: readonly (readonly [number, EventDraft])[]): readonly number[] {
  const source = new Subject<EventDraft>()
  const seen: number[] = []
  let nowMs = 0
  source.pipe(unrepeated(() => nowMs)).subscribe(() => seen.push(nowMs))
  for (const [atMs, event] of events) {
    nowMs = atMs
    source.next(event)
  }
  return seen
}

it("tells of a prober that fails every other second once a minute", () => {
  const failures = Array.from(
    { length: 90 },
    (_, i) => [i * 2000, broken("icmp 1.1.1.1", `not running for ${300 + i} ms`)] as const,
  )
  expect(told(failures)).toEqual([0, 60_000, 120_000])
})

it("tells of each other prober, and of each other trouble, at once", () => {
  expect(
    told([
      [0, broken("icmp 1.1.1.1")],
      [1, broken("icmp 9.9.9.9")],
      [2, broken("icmp 1.1.1.1", "ENOBUFS")],
    ]),
  ).toEqual([0, 1, 2])
})

it("leaves everything else alone", () => {
  const carrier: EventDraft = { type: "link.carrier", link: "isp1", carrier: false }
  expect(
    told([
      [0, carrier],
      [1, carrier],
    ]),
  ).toEqual([0, 1])
})
