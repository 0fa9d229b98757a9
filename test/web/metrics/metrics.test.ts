import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import type { EventDraft } from "../../../src/core/events.ts"
import type { LinkStatus } from "../../../src/core/status-shape.ts"
import { startWeb } from "../support/web.ts"

const evidence = {} as never

function state(link: string, from: "up" | "down", to: "up" | "down"): EventDraft {
  return { type: "link.state", link, family: "ipv4", from, to, reason: "", evidence }
}

function applied(shares: Readonly<Record<string, number>>): EventDraft {
  return { type: "weights.applied", family: "ipv4", shares, tookMs: 15 }
}

/** Each sample by what stands before its value. */
function samples(text: string): ReadonlyMap<string, number> {
  const lines = text.split("\n").filter(line => line !== "" && !line.startsWith("#"))
  return new Map(
    lines.map(line => {
      // The format's own grammar: a name, labels, a value.
      const [, name, labels = "", value] =
        /^([a-zA-Z_:][\w:]*)(\{(?:[a-z]+="(?:[^"\\]|\\.)*",?)*\})? (\S+)$/.exec(line) ?? []
      expect(name, line).toBeDefined()
      return [`${name ?? ""}${labels}`, Number(value)]
    }),
  )
}

test("metrics tell how each link stands", async () => {
  const { agent, get } = await startWeb()
  agent.pulse({ tallies: [], journal: { lastSeq: 41, unwritten: 2 } })
  const { status, headers, text } = await get("/metrics")
  expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"])
  const found = samples(text)
  const link = '{link="isp1",family="ipv4"}'
  expect(Object.fromEntries(found)).toMatchObject({
    'evenkeel_build_info{version="1.2.3",router="rtr-a",site="home"}': 1,
    'evenkeel_link_state{link="isp1",family="ipv4",state="up"}': 1,
    'evenkeel_link_state{link="isp1",family="ipv4",state="down"}': 0,
    [`evenkeel_link_share_ratio${link}`]: 0.75,
    [`evenkeel_link_rtt_seconds${link}`]: 0.0125,
    [`evenkeel_failovers_total${link}`]: 0,
    evenkeel_rules_in_sync: 1,
    evenkeel_journal_last_seq: 41,
    evenkeel_journal_unwritten_events: 2,
  })
  expect(found.has("evenkeel_share_connected")).toBe(false)
  expect(found.get("evenkeel_resident_memory_bytes")).toBeGreaterThan(10_000_000)
})

test("IPv6 stands beside, and what is not known has no sample", async () => {
  const { agent, get } = await startWeb()
  const [first] = agent.status?.links ?? []
  if (agent.status === undefined || first === undefined) throw new Error("no status")
  const ipv6: LinkStatus["ipv6"] = { ...first, state: "down", rttMs: null, loss: null, share: 0 }
  agent.status = { ...agent.status, links: [{ ...first, carrier: null, ipv6 }] }
  const found = samples((await get("/metrics")).text)
  expect(found.get('evenkeel_link_state{link="isp1",family="ipv6",state="down"}')).toBe(1)
  expect(found.has('evenkeel_link_rtt_seconds{link="isp1",family="ipv6"}')).toBe(false)
  expect(found.has('evenkeel_link_carrier{link="isp1"}')).toBe(false)
})

test("probes count by what became of them, and answers by how long they took", async () => {
  const { agent, get } = await startWeb()
  const key = { link: "isp1", family: "ipv4", probe: "icmp 1.1.1.1" } as const
  const fates = { reply: 2, resent: 1, late: 1, lost: 3, broken: 0 }
  const tallies = [{ ...key, fates, rttsMs: [4, 40, 1500, 2500] }]
  agent.pulse({ tallies, journal: { lastSeq: 0, unwritten: 0 } })
  agent.pulse({ tallies, journal: { lastSeq: 0, unwritten: 0 } })
  const found = samples((await get("/metrics")).text)
  const count = (outcome: string) =>
    found.get(`evenkeel_probes_total{link="isp1",family="ipv4",probe="icmp 1.1.1.1",outcome="${outcome}"}`)
  expect(["reply", "resent", "late", "lost", "broken"].map(count)).toEqual([4, 2, 2, 6, 0])
  const upTo = (le: string) => found.get(`evenkeel_probe_rtt_seconds_bucket{le="${le}",link="isp1",family="ipv4"}`)
  expect(["0.0025", "0.005", "0.05", "2", "+Inf"].map(upTo)).toEqual([0, 2, 4, 6, 8])
  expect(found.get('evenkeel_probe_rtt_seconds_sum{link="isp1",family="ipv4"}')).toBeCloseTo(8.088)
})

test("a failover counts once its new flows go elsewhere", async () => {
  const { agent, get } = await startWeb()
  for (const draft of [applied({ isp1: 0.7, isp2: 0.3 }), state("isp1", "up", "down"), applied({ isp1: 0, isp2: 1 })])
    agent.tell(draft)
  agent.tell({ type: "rules.repaired", family: "ipv4", what: [] })
  const found = samples((await get("/metrics")).text)
  expect(Object.fromEntries(found)).toMatchObject({
    'evenkeel_failovers_total{link="isp1",family="ipv4"}': 1,
    'evenkeel_failovers_total{link="isp2",family="ipv4"}': 0,
    'evenkeel_link_transitions_total{link="isp1",family="ipv4",to="down"}': 1,
    'evenkeel_events_total{type="rules.repaired"}': 1,
    'evenkeel_apply_duration_seconds_count{family="ipv4"}': 2,
    'evenkeel_apply_duration_seconds_bucket{le="0.02",family="ipv4"}': 2,
  })
})

test("names and labels from outside cannot add a line", async () => {
  const { agent, get } = await startWeb()
  if (agent.status === undefined) throw new Error("no status")
  agent.status = { ...agent.status, site: 'x"\nevenkeel_failovers_total 99\\' }
  expect(samples((await get("/metrics")).text).has("evenkeel_failovers_total")).toBe(false)
})

test("every metric is documented, and nothing that is not there", async () => {
  const { get } = await startWeb()
  const types = [...(await get("/metrics")).text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [
    name,
    kind,
  ])
  const document = await readFile(new URL("../../../docs/metrics.md", import.meta.url), "utf8")
  const rows = [...document.matchAll(/^\| `(evenkeel_\w+)` +\| (\w+)/gm)].map(([, name, kind]) => [name, kind])
  expect(rows.sort()).toEqual(types.sort())
})
