import { EMPTY, NEVER, timer } from "rxjs"
import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { judge } from "../../../probes/judge.ts"
import { parseConfig } from "../../../src/config/parse.ts"
import { viewOf } from "../../../src/core/family.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import { newWorld } from "../../../src/core/world.ts"
import { pipeline } from "../../../src/streams/pipeline.ts"
import { DEFAULTS } from "./evenkeel.ts"
import { evenkeel } from "./loop.ts"
import { scripted, verdicts } from "./scripted.ts"

const MINUTE_MS = 60_000

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

type Line = (atMs: number) => number

const SLOW_FROM_MS = 45_000

/** An outage from 5 to 20 s, one lost probe at 40 s, slow answers from 45 s on. */
const LINE: Line = atMs => {
  if (atMs >= 5000 && atMs < 20_000) return Infinity
  if (atMs >= 40_000 && atMs < 40_200) return Infinity
  return atMs < SLOW_FROM_MS ? 10 : 300
}

interface Seen {
  readonly sentMs: number[]
  readonly states: [string, number][]
}

/** The agent's own streams and its own judge of answers, by a clock that is moved on by hand. */
function watchedByAgent(line: Line): Seen {
  const parsed = parseConfig(
    "lan: [lan0]\nlinks: [{ name: isp1, interface: eth0, mark: 1 }]\nprobes: [{ icmp: 192.0.2.1 }, { icmp: 192.0.2.2 }, { icmp: 192.0.2.3 }]\n",
    { hostname: "bench" },
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const seen: Seen = { sentMs: [], states: [] }
  const startMs = performance.now()
  const now = () => performance.now() - startMs
  const running = pipeline(newWorld(viewOf(parsed.config, 4), planOfConfig(parsed.config), 0), {
    now,
    probe: (_link, _spec, limits) => {
      const rttMs = line(now())
      seen.sentMs.push(now())
      return judge(rttMs === Infinity ? NEVER : timer(rttMs), limits, { now })
    },
    overhear: () => NEVER,
    rumours$: NEVER,
    steering$: NEVER,
    facts$: NEVER,
    enforce: () => EMPTY,
    resync$: NEVER,
    stop$: NEVER,
  }).subscribe(happening => {
    if (happening.kind === "event" && happening.event.type === "link.state" && happening.event.from !== "unknown")
      seen.states.push([happening.event.to, now()])
  })
  vi.advanceTimersByTime(MINUTE_MS)
  running.unsubscribe()
  return seen
}

function watchedByBench(line: Line): Seen {
  const sentMs: number[] = []
  const link = scripted(atMs => {
    sentMs.push(atMs)
    return line(atMs)
  })
  return { sentMs, states: verdicts(evenkeel("", 3, DEFAULTS), link, MINUTE_MS).map(([to, atMs]) => [to, atMs]) }
}

it("asks and judges at the moments at which the agent itself does, to a few milliseconds", () => {
  const [agent, bench] = [watchedByAgent(LINE), watchedByBench(LINE)]
  expect(bench.states.map(([to]) => to)).toEqual(agent.states.map(([to]) => to))
  expect(bench.states.map(([to]) => to)).toContain("down")
  // A timer of 0 ms fires at once by that clock, and after 1 ms in Node: that adds up with every burst.
  bench.states.forEach(([, atMs], i) => {
    expect(Math.abs(atMs - (agent.states[i]?.[1] ?? NaN))).toBeLessThan(10)
  })
  const before = (times: readonly number[]) => times.filter(atMs => atMs < SLOW_FROM_MS)
  expect(before(bench.sentMs)).toHaveLength(before(agent.sentMs).length)
  expect(Math.max(...before(bench.sentMs).map((atMs, i) => Math.abs(atMs - (agent.sentMs[i] ?? NaN))))).toBeLessThan(10)
  // While every answer is late, bursts begin and end within milliseconds, and one moment more or less is a probe more or less.
  expect(Math.abs(bench.sentMs.length / agent.sentMs.length - 1)).toBeLessThan(0.1)
})
