import { expect, test } from "vitest"
import { CONDITIONS } from "../../../src/core/alerts/config.ts"
import { NOTHING_TOLD } from "../../../src/core/alerts/state.ts"
import { onEvent } from "../../../src/core/alerts/alert.ts"
import type { Message } from "../../../src/core/alerts/incident.ts"
import { FIELDS, fieldsIn, filled } from "../../../src/core/alerts/template.ts"
import { testMessages } from "../../../src/core/alerts/test-message.ts"
import { durationWords, oneLine, textOf } from "../../../src/core/alerts/words.ts"
import type { Evidence } from "../../../src/core/evidence.ts"
import type { EventDraft } from "../../../src/core/events.ts"
import * as j from "./journal.ts"

const { goes, journalOf, topic } = j

function messagesOf(...drafts: readonly (readonly [number, EventDraft])[]): readonly Message[] {
  return journalOf(...drafts).reduce((state, event) => onEvent(topic(), state, event), NOTHING_TOLD).queue
}

const evidence = { probesSent: 12, probesLost: 12, silenceMs: 1040, lossRatio: 1, rttMs: 12.4 } as Evidence

test("a message says what happened, since when, what it means, the evidence, and what to type next", () => {
  const [down] = messagesOf([0, goes("isp2", "up")], [1, goes("isp1", "down", { from: "up", evidence })])
  expect(down?.title).toBe("rtr-a: isp1 is down")
  expect(down && textOf(down)).toBe(
    [
      "isp1 went from up to down: no target answered",
      "Evidence: 12 of 12 probes lost, silent for 1s, loss 100 %, round trip 12 ms",
      "Since: 2026-01-31T12:00:01.000Z",
      "For users: New flows go over isp2.",
      "Next, on rtr-a (home): evenkeel explain isp1",
      "Incident: evenkeel:home:rtr-a:link.down:isp1:ipv4:2",
    ].join("\n"),
  )
})

test("with no other link, users are cut off", () => {
  const [, second, all] = messagesOf([0, goes("isp1", "down")], [1, goes("isp2", "down")])
  expect(second?.means).toBe("No other link works: users are cut off.")
  expect(all).toMatchObject({ severity: "critical", title: "rtr-a: all links are down" })
})

test("a message that it is over says after how long, and by what", () => {
  const [, up] = messagesOf(
    [0, goes("isp1", "down")],
    [200, goes("isp1", "up", { reason: "its targets answered for 10 s" })],
  )
  expect(up).toMatchObject({
    kind: "resolved",
    title: "rtr-a: isp1 works again after 3m20s",
    until: "2026-01-31T12:03:20.000Z",
  })
  expect(up && textOf(up)).toContain("isp1 is up: its targets answered for 10 s")
})

test("texts of others stay on one line and steer no terminal", () => {
  const [failed] = messagesOf([0, { ...j.failed, error: "a\nNext: rm -rf /\u001b[2J\u202e" } as EventDraft])
  expect(failed?.happened).toBe("a Next: rm -rf /?[2J?")
  expect(oneLine("x".repeat(2000)).length).toBeLessThan(600)
})

test("every condition has words of its own", () => {
  const messages = messagesOf(
    [0, j.broken],
    [1, goes("isp1", "degraded", { dampedMs: 1e6 })],
    [2, goes("isp1", "down")],
    [3, goes("isp2", "down")],
    [4, j.failed],
    [5, j.lost],
    [6, j.stopped],
    [7, j.rejected],
  )
  const opened = messages.filter(({ kind }) => kind === "opened")
  expect(new Set(opened.map(({ condition }) => condition)).size).toBe(CONDITIONS.length)
  for (const { title, happened, means, next } of opened)
    for (const text of [title, happened, means, next]) expect(text).toMatch(/^\S.{5,}$/)
})

test.each([
  [0, "0ms"],
  [999, "999ms"],
  [1000, "1s"],
  [200_000, "3m20s"],
  [7_200_000, "2h"],
  [90_000_000, "1d1h"],
])("%i ms are %s", (ms, words) => {
  expect(durationWords(ms)).toBe(words)
})

test("a template's texts are filled in, and nothing that a message says adds to its structure", () => {
  const [message] = messagesOf([0, { ...j.failed, error: '"}, {"a": "b' } as EventDraft])
  if (message === undefined) throw new Error("no message")
  const made = filled(
    { text: "{{ title }}: {{happened}}", to: ["{{router}}", 7, null], "{{key}}": "{{link}}" },
    message,
  )
  expect(made).toEqual({
    text: 'rtr-a: rules cannot be written: "}, {"a": "b',
    to: ["rtr-a", 7, null],
    "{{key}}": "",
  })
  expect(fieldsIn({ a: ["{{title}} {{nothing}}"] })).toEqual(["title", "nothing"])
  for (const field of FIELDS) expect(filled(`{{${field}}}`, message)).not.toContain("{{")
})

test("a test message says that it is one, and whoever keeps incidents is told that it is over", () => {
  const from = { alert: "oncall", router: "rtr-a", site: "home", host: "h" }
  expect(testMessages(from, "slack", j.START_MS).map(({ kind }) => kind)).toEqual(["opened"])
  const both = testMessages(from, "pagerduty", j.START_MS)
  expect(both.map(({ kind, key }) => [kind, key])).toEqual([
    ["opened", `evenkeel:home:rtr-a:test:${j.START_MS}`],
    ["resolved", `evenkeel:home:rtr-a:test:${j.START_MS}`],
  ])
  expect(both[0]?.title).toMatch(/^TEST: /)
})
