import { beforeAll, describe, expect, test } from "vitest"
import type { LabSpec } from "../../../src/lab/topology.ts"
import type { Attempt, HoldEvent } from "../../../src/lab/traffic/report.ts"
import { outageOfTheBusiestLink, type Outage } from "./outage.ts"

/** `upAfter` of the default settings. */
const upAfterMs = 10_000

/** Describes one outage of the busiest link in such a lab, by what each row of users saw. */
export function describeOutage(topology: string, spec: LabSpec): void {
  describe(`a silent blackhole of the busiest link, default settings, ${topology}`, () => {
    let outage: Outage
    const say = (what: string, figure: string) => {
      console.log(`${topology}: ${what}: ${figure}`)
    }

    beforeAll(async () => {
      outage = await outageOfTheBusiestLink(spec)
    }, 120_000)

    test("the last connection that fails began at most 1.7 s after the fault, and from then on none fails", () => {
      const { fault } = outage
      const attempts = outage.attempts.map(attempt => ({ ...attempt, beganMs: attempt.startMs - fault.askedMs }))
      const failed = attempts.filter(({ ok }) => !ok)
      say("last connection that failed began", `${range(failed.map(({ beganMs }) => beganMs))} after the fault`)
      expect(failed.length).toBeGreaterThan(0)
      expect(failed.filter(({ beganMs }) => beganMs < -1_000 || beganMs > 1_700)).toEqual([])
      expect(attempts.at(-1)?.beganMs).toBeGreaterThan(15_000)
    })

    test("of at least 40 long flows on the healthy link, none is broken", () => {
      const flows = flowsOver(outage, "isp2")
      const hurt = flows.filter(events => events.some(event => event.kind === "broken" || event.kind === "stalled"))
      say("long flows on the healthy link", `${hurt.length} of ${flows.length} broken or stalled`)
      expect(flows.length).toBeGreaterThanOrEqual(40)
      expect(hurt).toEqual([])
    })

    test("every flow on the dead link is reset and connected again over the other at most 2.5 s after the fault", () => {
      const { fault, linkOf } = outage
      const flows = flowsOver(outage, "isp1")
      const resets = flows.map(events => events.find(event => event.kind === "broken"))
      const again = flows.map(events => events.filter(event => event.kind === "open")[1])
      const took = again.map(event => (event?.atMs ?? Infinity) - fault.askedMs)
      say("flows of the dead link were back", `${range(took)} after the fault (${flows.length} flows)`)
      expect(flows.length).toBeGreaterThan(40)
      expect(new Set(resets.map(event => event?.kind === "broken" && event.error))).toEqual(new Set(["ECONNRESET"]))
      expect(new Set(again.map(event => event?.kind === "open" && linkOf(event.via)))).toEqual(new Set(["isp2"]))
      expect(flows.filter((_, i) => (took[i] ?? Infinity) > 2_500).map(events => told(events, fault.askedMs))).toEqual(
        [],
      )
    })

    test("a one-way UDP flow on the dead link goes on over the other; one on the healthy link keeps its address", () => {
      const { udp, fault, linkOf } = outage
      const byLink = Object.fromEntries(Object.entries(udp.isp1).map(([via, got]) => [String(linkOf(via)), got]))
      const gapMs = (byLink["isp2"]?.firstMs ?? Infinity) - fault.askedMs
      say("one-way UDP of the dead link went on", `${gapMs.toFixed(0)} ms after the fault`)
      expect(Object.keys(byLink).sort()).toEqual(["isp1", "isp2"])
      expect(byLink["isp1"]?.lastMs).toBeLessThanOrEqual(fault.doneMs + 100)
      expect(gapMs).toBeLessThanOrEqual(1_700)
      expect(byLink["isp2"]?.packets).toBeGreaterThan(100)
      expect(Object.keys(udp.isp2).map(linkOf)).toEqual(["isp2"])
    })

    test("a SYN sent during the blackhole succeeds with its retransmission over the other link", () => {
      const late = outage.syns.filter(({ tookMs }) => tookMs > 500)
      say("SYNs that the blackhole took", `${late.length} of ${outage.syns.length}, connected after ${tookOf(late)}`)
      expect(outage.syns.filter(({ ok }) => !ok)).toEqual([])
      expect(late.length).toBeGreaterThan(0)
      expect(new Set(late.map(({ via }) => outage.linkOf(via ?? "")))).toEqual(new Set(["isp2"]))
    })

    test("once it has healed, new flows go over it upAfter and at most 1 s later", () => {
      const { healed, attempts, linkOf } = outage
      const back = attempts.filter(({ startMs, via }) => startMs > healed.askedMs && linkOf(via ?? "") === "isp1")
      const first = Math.min(...back.map(({ startMs }) => startMs)) - healed.askedMs
      say("new flows over the healed link", `${first.toFixed(0)} ms after it healed`)
      expect(first).toBeGreaterThanOrEqual(upAfterMs)
      expect(first).toBeLessThanOrEqual(upAfterMs + 1_000)
    })

    test("the journal tells it once: down with its evidence, other weights, up, a tenth of its weight to begin with", () => {
      const story = outage.journal.flatMap((event): unknown[] => {
        if ("family" in event && event.family !== outage.family) return []
        if (event.type === "link.state") return [`${event.link} ${event.from} → ${event.to}`]
        return event.type === "weights.applied" ? [event.shares] : []
      })
      expect(story.slice(-4)).toEqual([
        "isp1 up → down",
        { isp1: 0, isp2: 1 },
        "isp1 down → up",
        { isp1: 7 / 37, isp2: 30 / 37 },
      ])
      expect(story).toHaveLength(7)
    })

    test("the other family, where there is one, stays as it is, and so do its flows over the dead link and the healthy one", () => {
      const states = outage.journal.flatMap(event =>
        event.type === "link.state" && event.family !== outage.family ? [`${event.from} → ${event.to}`] : [],
      )
      expect(states.filter(change => change !== "unknown → up")).toEqual([])
      const { heldBeside, linkOf, family } = outage
      const via = heldBeside.flatMap(event => (event.kind === "open" ? [linkOf(event.via)] : []))
      say("flows of the other family", `${via.length} open, ${heldBeside.length - via.length} broken or stalled`)
      expect(new Set(via)).toEqual(new Set(family === "ipv6" ? ["isp1", "isp2"] : []))
      expect(heldBeside.filter(({ kind }) => kind !== "open")).toEqual([])
    })
  })
}

/** The story of each flow that a client opened over this link at first. */
function flowsOver({ held, linkOf }: Outage, link: string): readonly (readonly HoldEvent[])[] {
  const flows = held.flatMap(events => byFlow(events))
  return flows.filter(([first]) => first?.kind === "open" && linkOf(first.via) === link)
}

function told(events: readonly HoldEvent[], sinceMs: number): string {
  return events.map(({ kind, atMs }) => `${kind} ${(atMs - sinceMs).toFixed(0)} ms`).join(", ")
}

function tookOf(attempts: readonly Attempt[]): string {
  return range(attempts.map(({ tookMs }) => tookMs))
}

function range(times: readonly number[]): string {
  if (times.length === 0) return "never"
  return `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)} ms`
}

function byFlow(events: readonly HoldEvent[]): readonly (readonly HoldEvent[])[] {
  return [...new Set(events.map(event => event.flow))].map(flow => events.filter(event => event.flow === flow))
}
