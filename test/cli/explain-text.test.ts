import { expect, test } from "vitest"
import { explainText } from "../../src/cli/explain-text.ts"
import type { Story } from "../../src/cli/explain-story.ts"
import { clock } from "../../src/cli/format.ts"
import type { Explanation } from "../../src/core/status-shape.ts"
import { config, link } from "../core/fixtures.ts"
import { DOWN, FAILED, NOW_MS, PLAIN, STATUS, UP, VERDICT } from "./stories.ts"

const WELL = { ...VERDICT, probesSent: 0, probesLost: 0, silenceMs: 70, lossRatio: 0, answering: 4 }

const USUAL = { everyMs: 500, why: "usual" } as const

function story(explanation: Partial<Explanation>, changes: Partial<Story> = {}): Story {
  const silent = { ...VERDICT, silenceMs: 201_000, probesSent: 200, probesLost: 200, lossRatio: 1 }
  return {
    family: "ipv4",
    config: config(),
    link: link(1),
    explanation: {
      link: DOWN,
      decidedBy: VERDICT,
      now: silent,
      pending: null,
      probing: USUAL,
      damping: null,
      ipv6: null,
      ...explanation,
    },
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
  asked        every 500 ms     the usual pace
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
  const recovering = { to: "down", forMs: 300, unanswered: 6, needed: 29 } as const
  expect(section(title, { pending: recovering })).not.toContain("users")
  expect(section(title, { ...up, pending: { to: "more", inMs: 432_000, damped: true } })).toBe(
    "Damped, for it went down too often: no new flows for 7m12s, and for longer if it goes down once more.",
  )
  expect(section(title, { ...up, pending: { to: "more", inMs: 4000, damped: false } })).toBe(
    "More of its share in 4s: it has just come back.",
  )
  const pending = { to: "down", forMs: 300, unanswered: 6, needed: 29 } as const
  expect(section(title, { link: { ...DOWN, state: "up" }, now: WELL, pending })).toBe(
    "Suspected for 300 ms: 6 of about 29 unanswered probes that confirm it. An answer clears it, and so do users' connections that get on, in the first 6 seconds.",
  )
  const two = { ...WELL, thresholds: { ...WELL.thresholds, quorum: 2 } }
  expect(section(title, { link: { ...DOWN, state: "up" }, now: two, pending })).toContain(
    "Answers of 2 targets clear it",
  )
  expect(section("Now", { link: UP, now: two })).toMatch(/^last 2 answered {2}70.0 ms ago/)
})

test("a link that is only interrupted says until when its first answer is enough", () => {
  const title = "What would change it"
  const pending = { to: "resume", leftMs: 640 } as const
  expect(section(title, { pending })).toBe(
    "It goes on as soon as a target answers, if that is within 640 ms; later, only when a target answers for 10.0 s.",
  )
  const unplugged = { ...DOWN, carrier: false, reason: "no carrier" }
  expect(section(title, { link: unplugged, pending })).toMatch(
    /carrier \(.*\)\. If that is so within 640 ms, it goes on as soon as a target answers; later, only when a target answers for 10\.0 s\.$/,
  )
})

test("a dead link that is damped says how long it stays out at least", () => {
  expect(section("What would change it", { damping: { penalty: 3.4, leftMs: 432_000 } })).toBe(
    "Back when a target answers for 10.0 s without a break. None answers now. Damped, for it went down too often: no new flows for 7m12s, and for longer if it goes down once more.",
  )
})

test("a damped link that carries, as all are damped, does not say that it gets no new flows", () => {
  const link = { ...UP, share: 1, damped: true }
  const pending = { to: "more", inMs: 60_000, damped: true } as const
  expect(section("What would change it", { link, now: WELL, pending })).toContain(
    "it carries only for want of a better link",
  )
})

test("a link whose losses have cost too many probes says that it is found dead later", () => {
  const spent = { link: UP, now: WELL, probing: { everyMs: 500, why: "spent" } } as const
  expect(section("Now", spent)).toMatch(/asked +every 500 ms +its losses have cost too many probes: found later until/)
})

test("the RTT that counts as slow on a satellite line is twice its own, and is told as that", () => {
  const far = { ...WELL, rttMs: 640, thresholds: { ...WELL.thresholds, rttMs: 1240 } }
  expect(section("Now", { link: UP, now: far })).toContain("of what proves an RTT of 1.2 s, twice this line's own")
})

test("a target that is silent over every link is told as its own fault", () => {
  const silent = { probe: "icmp 9.9.9.9", state: "silent", loss: 1, rttMs: null, trouble: null } as const
  const well = (name: string) => ({ ...UP, name, targets: [...UP.targets, silent] })
  const [isp1, isp2] = [well("isp1"), well("isp2")]
  const now = (links: Story["status"]["links"]) =>
    section("Now", { link: isp1, now: WELL }, { status: { ...STATUS, links } })
  expect(now([isp1, isp2])).toMatch(/icmp 9\.9\.9\.9 +silent everywhere/)
  expect(now([isp1, UP])).not.toContain("everywhere")
  expect(
    now([isp1, { ...isp2, targets: UP.targets.map(target => ({ ...target, probe: silent.probe })) }]),
  ).not.toContain("everywhere")
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
  expect(section("Now", ...well)).toMatch(/^last answer {2}70.0 ms ago +limit 1.0 s: 930 ms left/)
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
  expect(section(users, { link: { ...idle.link, weight: 0 }, now: WELL })).toMatch(/\(weight 0\)/)
  expect(section(users, { link: { ...idle.link, drained: true }, now: WELL })).toMatch(/\(drained by hand\)/)
})

test("what becomes of a dead link's flows follows the configuration", () => {
  const users = "What it means for users"
  expect(section(users, {}, { link: link(1, { onDown: "hold" }) })).toContain("wait for it (onDown: hold)")
  const none = { ...STATUS, links: [DOWN, { ...UP, share: 0 }] }
  expect(section(users, {}, { status: none, config: config({ allDown: "unreachable" }) })).toMatch(
    /^New flows from the LAN are refused at once/,
  )
  const allDown = { ...STATUS, links: [DOWN, { ...UP, state: "down" as const, share: 0 }] }
  expect(section(users, { link: { ...DOWN, share: 1 } }, { status: allDown })).toBe(
    "No link is in service; 100 % of new flows go over this one meanwhile. Flows that it carries stay on it: there was no better link to go to.",
  )
  expect(section(users, { link: { ...DOWN, share: 0.3 } })).toMatch(
    /^30 % of new flows still go over it: no link is known to be better/,
  )
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
