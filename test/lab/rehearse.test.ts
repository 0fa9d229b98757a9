import { describe, expect, test } from "vitest"
import { documentIn, rehearse, type RehearsalDocument } from "./support/rehearsal.ts"

type Run = RehearsalDocument["runs"][number]

/** One outage of each kind, each with another of the configurations: test/bench/rehearse.ts rehearses them whole. */
const samples = [
  ["dual-isp", "blackhole", ["isp1"]],
  ["fibre-and-lte", "carrier", ["fibre"]],
  ["twin-modems", "address", ["vdsl-a"]],
  ["ppp-snat-routed", "brown-out", ["pppoe"]],
  ["small-office", "all-down", ["cable", "dsl"]],
] as const

/** What is so for every sample, and then what only this outage shows. */
const shown: Readonly<Record<Run["scenario"], (run: Run) => void>> = {
  blackhole: run => {
    expect(run.traffic.during).toEqual({ isp1: 0, isp2: 1 })
    expect(run.flows.onLink).toBeGreaterThan(20)
    expect(run.flows.broken).toBe(run.flows.onLink)
    expect(run.backMs).toBeGreaterThanOrEqual(10_000)
    expect(run.outage.newConnectionsMs).toBeGreaterThan(0)
  },
  carrier: run => {
    expect(run.traffic).toMatchObject({ before: { fibre: 1, lte: 0 }, during: { fibre: 0, lte: 1 } })
    expect(run.flows).toMatchObject({ onLink: 60, broken: 60 })
    expect(run.backMs).toBeGreaterThanOrEqual(8_000)
  },
  address: run => {
    expect(run.flows.broken).toBe(run.flows.onLink)
    expect(run.backMs).not.toBeNull()
  },
  "brown-out": run => {
    expect(run.reason).toMatch(/probes were lost|no target answered/)
    expect(run.traffic.during?.["pppoe"]).toBeLessThan(run.traffic.before?.["pppoe"] ?? 0)
    expect(run).toMatchObject({ isBackLater: true, backMs: null })
  },
  "all-down": run => {
    expect(run.reason).toMatch(/^fewer than 2 targets answered for/)
    expect(run.traffic.during).toBeNull()
    expect(run.traffic.after).not.toBeNull()
  },
}

describe("a rehearsal", () => {
  test.concurrent.each(samples)("of %s: %s is noticed, and no flow of a healthy link breaks", async (...sample) => {
    const [name, scenario, links] = sample
    const options = ["--scenario", scenario, "--link", links[0], "--max-outage", "1m", "--json"]
    const ended = await rehearse(
      `test/lab/configs/${name}.yaml`,
      ...options,
      ...links.slice(1).map(link => `--link=${link}`),
    )
    expect(ended.stderr).toBe("")
    const { ok, maxOutageMs, runs } = documentIn(ended)
    expect(runs.map(run => [run.link, run.scenario, run.error, run.troubles])).toEqual(
      links.map(link => [link, scenario, null, []]),
    )
    expect({ ok, maxOutageMs, exitCode: ended.exitCode }).toEqual({ ok: true, maxOutageMs: 60_000, exitCode: 0 })
    for (const run of runs) {
      expect(run.detectedMs).not.toBeNull()
      expect(run.flows.brokenElsewhere).toBe(0)
      shown[scenario](run)
    }
  })

  test.concurrent("says which outage was longer than --max-outage, and exits with 1", async () => {
    const { stdout, exitCode } = await rehearse(
      "test/lab/configs/small-office.yaml",
      ...["--link", "cable", "--scenario", "blackhole", "--max-outage", "10ms"],
    )
    expect(stdout).toMatch(/^ +\d+\.\d s {2}cable falls silent: .*: detected after /m)
    expect(stdout).toMatch(/^✘ blackhole .* dsl 100 %$/m)
    expect(stdout).toMatch(/^cable blackhole: users were cut off for .*, longer than --max-outage 10\.0 ms$/m)
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\x1b/)
    expect(exitCode).toBe(1)
  })
})

test("what cannot be rehearsed is refused before any lab is built", async () => {
  const refused = async (...args: readonly string[]) => {
    const { stdout, stderr, exitCode } = await rehearse("test/lab/configs/dual-isp.yaml", ...args)
    return [stdout, stderr, exitCode]
  }
  expect(await refused("--link", "isp3")).toEqual(["", expect.stringMatching(/there is no link "isp3"/), 2])
  expect(await refused("--max-outage", "soon")).toEqual(["", expect.stringMatching(/such as 800ms, 3s or 1m/), 2])
  expect(await refused("--scenario", "flood")).toEqual(["", expect.stringMatching(/"brown-out", "address"/), 2])
})
