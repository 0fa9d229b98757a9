import { describe, expect, test } from "vitest"
import { runOf } from "../../../src/lab/rehearse/run.ts"
import { attempts, broken, opened, original, recording, resumed, said, stalled, state } from "./sample.ts"

const applied = (atMs: number) => said(atMs, { type: "weights.applied", shares: {}, tookMs: 16 })

const story = [
  state(9_000, "isp1", "unknown", "up"),
  state(11_000, "isp1", "up", "down"),
  applied(11_020),
  state(24_500, "isp1", "down", "up"),
  applied(24_520),
]

describe("what a recording says of a link", () => {
  test("detection and rules count from the fault, the return from its end", () => {
    const run = runOf(recording({ events: story }), "isp1")
    expect(run).toMatchObject({ detectedMs: 1_000, steeredMs: 1_020, backMs: 10_500, isBackLater: false })
    expect(run.reason).toBe("no target answered for 1.0 s")
  })

  test("what never happened is null, and what another link did does not count", () => {
    const run = runOf(recording({ events: [state(11_000, "isp2", "up", "down"), applied(11_020)] }), "isp1")
    expect(run).toMatchObject({ detectedMs: null, steeredMs: null, reason: null, backMs: null })
  })

  test("a return that takes longer by the configuration is not missed", () => {
    const { config } = original(
      "{ lan: [eth2], links: [{ name: isp1, interface: eth0, mark: 1 }], probes: [{ icmp: 1.1.1.1 }], health: { upAfter: 10m } }",
    )
    expect(runOf(recording({ config }), "isp1")).toMatchObject({ backMs: null, isBackLater: true })
  })

  test("traffic is what the server saw: before the fault, once the rules were changed, and after the return", () => {
    const via = (atMs: number, turn: number) => {
      if (atMs < 10_000) return turn % 10 < 7 ? "isp1" : "isp2"
      if (atMs < 11_020) return turn % 10 < 7 ? null : "isp2"
      return atMs < 24_520 || turn % 10 > 0 ? "isp2" : "isp1"
    }
    const { traffic } = runOf(recording({ events: story, attempts: attempts(via) }), "isp1")
    expect(traffic.before).toEqual({ isp1: 0.7, isp2: 0.3 })
    expect(traffic.during).toEqual({ isp1: 0, isp2: 1 })
    expect(traffic.after?.["isp1"]).toBeCloseTo(0.1, 1)
    expect(runOf(recording(), "isp1").traffic).toEqual({ before: null, during: null, after: null })
  })
})

describe("users' outage", () => {
  const outage = (via: Parameters<typeof attempts>[0], more = {}) =>
    runOf(recording({ attempts: attempts(via), ...more }), "isp1").outage.newConnectionsMs

  test("is none when every connection opens", () => {
    expect(outage(() => "isp2")).toBe(0)
  })

  test("is the longest time that one user could open none, however well the others fare", () => {
    expect(outage((atMs, turn) => (turn % 10 === 3 && atMs >= 10_000 && atMs < 11_000 ? null : "isp2"))).toBe(1_000)
  })

  test("of many users who fail once each is one turn", () => {
    expect(outage(atMs => (atMs >= 10_000 && atMs < 10_250 ? null : "isp2"))).toBe(250)
  })

  test("lasts to the end where it does not end", () => {
    expect(outage(atMs => (atMs >= 10_000 ? null : "isp1"))).toBe(16_000)
  })

  test("counts from the end of the fault where no other link could carry", () => {
    const job = { scenario: "all-down", struck: ["isp1", "isp2"], links: ["isp1", "isp2"] } as const
    expect(outage(atMs => (atMs >= 10_000 && atMs < 15_000 ? null : "isp1"), { job })).toBeCloseTo(990 + 225, -2)
    expect(outage(atMs => (atMs >= 10_000 && atMs < 14_000 ? null : "isp1"), { job })).toBeLessThanOrEqual(250)
  })
})

describe("long flows", () => {
  const run = (holds: ReturnType<typeof opened>[], more = {}) => runOf(recording({ holds, ...more }), "isp1")

  test("count by the link that they were on when the fault came", () => {
    const { flows } = run([opened(0, 8_000, "isp1"), opened(1, 8_000, "isp2"), opened(2, 8_000, "isp1")])
    expect(flows).toEqual({ onLink: 2, broken: 0, waiting: 0, elsewhere: 1, brokenElsewhere: 0, movedBack: 0 })
  })

  test("that are reset and made again were cut off for that long", () => {
    const { flows, outage } = run([
      opened(0, 8_000, "isp1"),
      broken(0, 11_500, 1_400, "isp1"),
      opened(0, 11_700, "isp2"),
    ])
    expect(flows).toMatchObject({ onLink: 1, broken: 1, waiting: 0 })
    expect(outage.openFlowsMs).toBe(1_600)
  })

  test("that wait for a dead link were cut off for as long, unless they are held there", () => {
    const holds = [opened(0, 8_000, "isp1"), stalled(0, 10_700, 600), resumed(0, 17_000, 6_900)]
    expect(run(holds).flows).toMatchObject({ broken: 0, waiting: 1 })
    expect(run(holds).outage.openFlowsMs).toBe(6_900)
    const { config } = recording()
    const held = { ...config, links: config.links.map(link => ({ ...link, onDown: "hold" as const })) }
    expect(run(holds, { config: held }).outage.openFlowsMs).toBe(0)
  })

  test("that break on a healthy link are told apart from those that a metered link gives back", () => {
    const holds = [opened(0, 8_000, "isp2"), broken(0, 25_000, 100, "isp2")]
    expect(run(holds).flows).toMatchObject({ elsewhere: 1, brokenElsewhere: 1, movedBack: 0 })
    const { config } = recording()
    const metered = { ...config, links: config.links.map(link => ({ ...link, metered: link.name === "isp2" })) }
    expect(run(holds, { config: metered }).flows).toMatchObject({ brokenElsewhere: 0, movedBack: 1 })
  })

  test("that were made anew on a healthy link while the fault came count as the struck link's", () => {
    const story = [opened(0, 8_000, "isp1"), broken(0, 10_100, 50, "isp1"), opened(0, 10_110, "isp2")]
    const { flows } = run([...story, broken(0, 10_400, 50, "isp2"), opened(0, 10_500, "isp2")])
    expect(flows).toMatchObject({ onLink: 1, broken: 1, elsewhere: 0, brokenElsewhere: 0 })
  })

  test("of a link that was struck may break once more when it is mended, as with the next lease", () => {
    const holds = [opened(0, 8_000, "isp1"), broken(0, 14_100, 50, "isp1"), opened(0, 14_200, "isp1")]
    expect(run(holds)).toMatchObject({ flows: { broken: 0, brokenElsewhere: 0 }, outage: { openFlowsMs: 0 } })
  })
})
