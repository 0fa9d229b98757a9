import { expect, test } from "vitest"
import { explainText } from "../../src/cli/explain-text.ts"
import type { Story } from "../../src/cli/explain-story.ts"
import { clock } from "../../src/cli/format.ts"
import type { Explanation } from "../../src/core/status.ts"
import { config, link } from "../core/fixtures.ts"
import { DOWN, FAILED, NOW_MS, PLAIN, STATUS, UP, VERDICT } from "./stories.ts"

const WELL = { ...VERDICT, probesSent: 0, probesLost: 0, silenceMs: 70, lossRatio: 0, answering: 4 }

function story(explanation: Partial<Explanation>, changes: Partial<Story> = {}): Story {
  const silent = { ...VERDICT, silenceMs: 201_000, probesSent: 200, probesLost: 200, lossRatio: 1 }
  return {
    config: config(),
    link: link(1),
    explanation: { link: DOWN, decidedBy: VERDICT, now: silent, pending: null, ...explanation },
    status: STATUS,
    ...changes,
  }
}

const text = (...args: Parameters<typeof story>) => explainText(story(...args), PLAIN, NOW_MS, 80)
const section = (title: string, ...args: Parameters<typeof story>) =>
  text(...args)
    .split("\n\n")
    .find(part => part.startsWith(`${title}\n`))
    ?.split("\n")
    .slice(1)
    .map(line => line.trim())
    .join(" ")

test("a silent link is explained with its evidence, its limits and what comes next", () => {
  expect(text({})).toBe(`\
isp1 is down: no target answered for 1.1 s
since ${clock(FAILED)}, 3m20s ago

When that was decided
  last answer  1.1 s ago      limit 1.0 s: 65.0 ms past it
  answering    0 targets      at least 1 needed
  probes       11 of 11 lost  while this was in question
  loss         22 %           over about the last 50 probes of each target
  RTT          12.3 ms        of the nearest target, smoothed
  lossy        0 %            of what proves a loss of 20 %
  slow         0 %            of what proves an RTT of 300 ms

Now
  last answer  3m21s ago        limit 1.0 s: 3m20s past it
  answering    0 targets        at least 1 needed
  probes       200 of 200 lost  while this was in question
  loss         100 %            over about the last 50 probes of each target
  RTT          12.3 ms          of the nearest target, smoothed
  lossy        0 %              of what proves a loss of 20 %
  slow         0 %              of what proves an RTT of 300 ms
    icmp 1.1.1.1  silent  100 % lost  –

What would change it
  Back when a target answers for 10.0 s without a break. None answers now.

What it means for users
  No new flow goes over it: 100 % over isp2.
  Flows that it carried were let go at once (onDown: move): TCP clients see a
  reset and reconnect, UDP goes on.

Next
  evenkeel events --link isp1 --since 2h
  ping -c 3 -I eth0 -m 1 1.1.1.1
  evenkeel doctor`)
})

test("a degraded link says how it gets its whole share back", () => {
  const degraded = { ...DOWN, state: "degraded", reason: "12 of 50 probes were lost" } as const
  expect(section("What would change it", { link: degraded, now: WELL })).toBe(
    "Up again when good answers have used up the evidence of loss and of slowness.",
  )
})

test("a pending change says how far it is", () => {
  const title = "What would change it"
  expect(section(title, { pending: { to: "up", forMs: 4200, neededMs: 10_000 } })).toBe(
    "Back in 5.8 s: it has answered for 4.2 s.",
  )
  const up = { link: { ...DOWN, state: "up" }, now: WELL } as const
  expect(section(title, { ...up, pending: { to: "more", inMs: 432_000, damped: true } })).toBe(
    "Damped, for it went down too often: new flows again in 7m12s, unless it goes down once more.",
  )
  expect(section(title, { ...up, pending: { to: "more", inMs: 4000, damped: false } })).toBe(
    "More of its share in 4s: it has just come back.",
  )
  const pending = { to: "down", forMs: 300, unanswered: 6, needed: 29 } as const
  expect(section(title, { link: { ...DOWN, state: "up" }, now: WELL, pending })).toBe(
    "Suspected for 300 ms: 6 of about 29 unanswered probes that confirm it. An answer clears it, and so does users' traffic.",
  )
})

test("an interface in trouble is not blamed on its probes, and the advice fits it", () => {
  const explanation = { link: { ...DOWN, reason: "no carrier" } }
  expect(section("When that was decided", explanation)).toMatch(/^The kernel reported it/)
  expect(section("What would change it", explanation)).toBe(
    "The interface has to be up with a carrier (cable, modem, port); then back when a target answers for 10.0 s.",
  )
  expect(section("Next", explanation)).toContain("ip link set eth0 up")
})

test("a link that is well says how far it is from going down, and what it carries", () => {
  const well = [{ link: { ...UP, share: 0.3 }, now: WELL }, { link: link(2) }] as const
  expect(section("Now", ...well)).toMatch(/^last answer {2}70.0 ms ago {2}limit 1.0 s: 930 ms left/)
  expect(section("What would change it", ...well)).toMatch(/^Down when no target answers for 1.0 s/)
  expect(section("What it means for users", ...well)).toMatch(/^30 % of new flows go over it/)
})

test("a link that is silent while its users' traffic gets on says so, and one that answers does not", () => {
  const busy = { link: UP, now: { ...WELL, silenceMs: 1500, trafficMs: 400 } }
  expect(section("Now", busy)).toMatch(/users' traffic {2}got on 400 ms ago {2}/)
  expect(section("Now", { link: UP, now: { ...WELL, trafficMs: 400 } })).not.toContain("traffic")
})

test("a link that is up and carries nothing says why", () => {
  const idle = { link: { ...UP, name: "isp3", share: 0 }, now: WELL }
  const users = "What it means for users"
  expect(section(users, idle, { link: link(3, { tier: 2 }) })).toMatch(
    /^No new flow goes over it \(tier 2 waits until no link of a better tier can carry\): 100 % over isp2\./,
  )
  expect(section(users, idle, { link: link(3, { weight: 0 }) })).toMatch(/\(weight 0\)/)
})

test("what becomes of a dead link's flows follows the configuration", () => {
  const users = "What it means for users"
  expect(section(users, {}, { link: link(1, { onDown: "hold" }) })).toContain("wait for it (onDown: hold)")
  const none = { ...STATUS, links: [DOWN, { ...UP, share: 0 }] }
  expect(section(users, {}, { status: none, config: config({ allDown: "unreachable" }) })).toMatch(
    /^New flows from the LAN are refused at once/,
  )
  expect(section(users, { link: { ...DOWN, share: 1 } })).toMatch(/^All links are down; the last split stays/)
})

test("without an agent it tells the past, claims nothing of now, and how to start one", () => {
  const past = text({ now: null })
  expect(past).toMatch(/^isp1 was, when last watched, down: no target answered for 1.1 s\n/)
  expect(past).not.toContain("\nNow\n")
  expect(past).toContain("Nothing: no agent is running, so nobody watches.")
  expect(past).toContain("systemctl start evenkeel")
})

test("a state that nothing was written down of shows no evidence", () => {
  expect(text({ decidedBy: null })).not.toContain("When that was decided")
})

test("no line is longer than the terminal", () => {
  expect(
    Math.max(
      ...text({})
        .split("\n")
        .map(line => line.length),
    ),
  ).toBeLessThanOrEqual(80)
})
