import colors from "picocolors"
import { expect, test } from "vitest"
import { alertRows, alertsText, type AlertStatus } from "../../src/cli/alerts-text.ts"
import { config } from "../core/fixtures.ts"

const paint = colors.createColors(false)
const now = Date.parse("2026-01-31T12:00:00Z")

const calm: AlertStatus = {
  name: "oncall",
  receiver: "pagerduty",
  when: ["link.down"],
  links: null,
  open: [],
  pending: [],
  sent: 2,
  last: { time: "2026-01-31T11:50:00.000Z", title: "rtr-a: isp1 works again after 3m", said: "HTTP 202" },
  trouble: null,
  seq: 7,
}

test("an alert that has nothing to say is one line", () => {
  const [, line] = alertsText([calm], paint, now).split("\n")
  expect(line).toMatch(/^oncall +pagerduty +0 +0 +2 +10m ago: rtr-a: isp1 works again after 3m$/)
})

test("what waits is listed in order, with why it does and what to try", () => {
  const id = "evenkeel:home:rtr-a:link.down:isp1:ipv4:9:opened"
  const waiting: AlertStatus = {
    ...calm,
    pending: [{ id, kind: "opened", title: "rtr-a: isp1 is down", time: "2026-01-31T11:59:00.000Z" }],
    trouble: { since: "2026-01-31T11:59:00.000Z", attempts: 5, error: "HTTP 403: no", isRefused: true, refused: null },
  }
  const text = alertsText([calm, waiting], paint, now)
  expect(text).toContain("oncall has still to say:")
  expect(text).toMatch(/ opened +rtr-a: isp1 is down/)
  expect(text).toContain("not delivered for 1m, after 5 tries: HTTP 403: no")
  expect(text).toContain("Try it: evenkeel alerts test oncall")
})

test("without alerts it says where to read of them", () => {
  expect(alertsText([], paint, now)).toBe("No alerts are configured. See README: Alerts")
})

test("check says who is told of what", () => {
  const to = { kind: "exec", command: ["/bin/page"], timeoutMs: 1 } as const
  const alert = {
    name: "oncall",
    when: ["link.down", "all.down"],
    links: ["isp1"],
    forMs: 0,
    repeatMs: null,
    to,
  } as const
  expect(alertRows(config({ alerts: [alert] }))).toEqual([["alerts", "oncall → exec: link.down, all.down (of isp1)"]])
})
