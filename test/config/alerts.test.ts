import { inspect } from "node:util"
import { expect, test } from "vitest"
import { parseConfig } from "../../src/config/parse.ts"
import { plainAlert } from "../../src/core/alerts/config.ts"

const isp1 = { name: "isp1", interface: "eth0", mark: 1 }
const good = { router: "rtr-a", site: "home", lan: ["eth2"], links: [isp1], probes: [{ icmp: "192.0.2.1" }] }
const exec = { exec: { command: ["/bin/page"] } }
const alert = { name: "oncall", when: ["link.down"], to: exec }

type Environment = Readonly<Record<string, string>>

function parsed(alerts: unknown, environment: Environment | null = {}) {
  return parseConfig(JSON.stringify({ ...good, alerts }), { hostname: "", environment })
}

function toOf(to: object, environment: Environment = {}) {
  const result = parsed([{ ...alert, to }], environment)
  if (!result.ok || result.config.alerts[0] === undefined) throw new Error(JSON.stringify(result))
  return plainAlert(result.config.alerts[0]).to
}

function problems(alerts: unknown, environment: Environment = {}) {
  const result = parsed(alerts, environment)
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`)
}

const refused: readonly (readonly [what: string, changes: object, path: string, fragment: string])[] = [
  ["no receiver", { to: {} }, "to", "found none, expected exactly one receiver"],
  ["two receivers", { to: { ...exec, slack: { url: "https://a" } } }, "to", "found slack and exec"],
  ["a receiver that does not exist", { to: { ...exec, pager: {} } }, "to.pager", "expected one of webhook, slack"],
  ["a condition that does not exist", { when: ["link.up"] }, "when[0]", "expected one of: link.down"],
  ["no condition", { when: [] }, "when", "1 to 9 conditions"],
  ["a condition twice", { when: ["link.down", "link.down"] }, "when[1]", "a second time"],
  ["a link that does not exist", { links: ["isp9"] }, "links[0]", "found isp9, expected a link: isp1"],
  ["a name that is a path", { name: "../x" }, "name", "a name"],
  ["peers without a share", { when: ["peer.lost"] }, "when[0]", "there is no share"],
  ["a repeat of nothing", { repeat: "1s" }, "repeat", "never or a duration from 1m"],
  ["a variable that is not set", { to: { slack: { url: "${NOWHERE}" } } }, "to.slack.url", "${NOWHERE} is not set"],
  ["an address that is none", { to: { webhook: { url: "ftp://a" } } }, "to.webhook.url", "no address of the web"],
  ["an open address with a login", { to: { ntfy: { url: "http://u:p@a", topic: "t" } } }, "to.ntfy.url", "such as"],
  [
    "a header of the connection",
    { to: { webhook: { url: "http://a", headers: { Host: "x" } } } },
    "to.webhook.headers.Host",
    "set by evenkeel",
  ],
  [
    "a header that would add another",
    { to: { webhook: { url: "http://a", headers: { "a\nb": "x" } } } },
    'to.webhook.headers["a\\nb"]',
    "a header's name",
  ],
  [
    "an unknown field",
    { to: { webhook: { url: "http://a", template: "{{titel}}" } } },
    "to.webhook.template",
    "{{titel}}, expected one of",
  ],
  ["a program by name alone", { to: { exec: { command: ["page"] } } }, "to.exec.command[0]", "absolute path"],
  ["a whole command line", { to: { exec: { command: "/bin/page -x" } } }, "to.exec.command", "a list of 1 to 64 words"],
  [
    "two addresses in one",
    { to: { email: { host: "a", from: "a@b", to: ["a@b,c@d"] } } },
    "to.email.to[0]",
    "such as oncall@example.com",
  ],
  [
    "a header in an address",
    { to: { email: { host: "a", from: "a@b\r\nBcc: x@y", to: ["a@b"] } } },
    "to.email.from",
    "such as oncall@example.com",
  ],
  [
    "a user without a password",
    { to: { email: { host: "a", from: "a@b", to: ["a@b"], username: "u" } } },
    "to.email",
    "go together",
  ],
  [
    "a password for all to read",
    { to: { email: { host: "a", from: "a@b", to: ["a@b"], username: "u", password: "x", tls: "off" } } },
    "to.email.tls",
    "for all to read",
  ],
]

test.each(refused)("refused: %s", (_, changes, path, fragment) => {
  const found = problems([{ ...alert, ...changes }])
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(`alerts[0].${path}: `)
  expect(found[0]).toContain(fragment)
})

test("refused: two alerts of one name", () => {
  expect(problems([alert, alert])).toEqual([
    "alerts[1].name: found oncall, already the name of alerts[0]; each alert needs its own",
  ])
})

test("what is left out gets its default", () => {
  const result = parsed([alert])
  expect(result.ok && result.config.alerts).toEqual([
    {
      name: "oncall",
      when: ["link.down"],
      links: null,
      forMs: 0,
      repeatMs: 14_400_000,
      to: { kind: "exec", command: ["/bin/page"], timeoutMs: 30_000 },
    },
  ])
})

const environment = { KEY: "tellnobody", URL: "https://hooks.example.com/tellnobody" }

const receivers: readonly (readonly [to: object, plain: object])[] = [
  [
    {
      webhook: { url: "${URL}", secret: "${KEY}", headers: { "X-Key": { file: "/run/key" } }, template: ["{{title}}"] },
    },
    {
      kind: "webhook",
      url: environment.URL,
      secret: "tellnobody",
      headers: { "X-Key": { file: "/run/key" } },
      template: ["{{title}}"],
    },
  ],
  [{ slack: { url: "${URL}" } }, { kind: "slack", url: environment.URL }],
  [
    { pagerduty: { routingKey: "${KEY}" } },
    { kind: "pagerduty", url: "https://events.pagerduty.com/v2/enqueue", routingKey: "tellnobody" },
  ],
  [
    { alertmanager: { url: "http://127.0.0.1:9093", username: "u", password: "${KEY}", labels: { team: "net" } } },
    {
      kind: "alertmanager",
      url: "http://127.0.0.1:9093",
      username: "u",
      password: "tellnobody",
      labels: { team: "net" },
    },
  ],
  [{ ntfy: { topic: "${KEY}" } }, { kind: "ntfy", url: "https://ntfy.sh", topic: "tellnobody", token: null }],
  [
    { email: { host: "mail.example.com", from: "a@b", to: ["c@d"], username: "u", password: "${KEY}" } },
    {
      kind: "email",
      host: "mail.example.com",
      port: 587,
      tls: "starttls",
      ca: null,
      username: "u",
      password: "tellnobody",
      from: "a@b",
      to: ["c@d"],
    },
  ],
]

test.each(receivers)("%j", (to, plain) => {
  expect(toOf(to, environment)).toEqual(plain)
})

test("whatever prints a configuration does not print its secrets", () => {
  for (const [to] of receivers) {
    const result = parsed([{ ...alert, to }], environment)
    expect(result.ok).toBe(true)
    expect(`${inspect(result, { depth: 20 })}${JSON.stringify(result)}`).not.toContain("tellnobody")
  }
})

test("a problem of a receiver repeats nothing that may be a secret", () => {
  const found = problems([{ ...alert, to: { ntfy: { url: "tellnobody", topic: "t" } } }])
  expect(found.join()).not.toContain("tellnobody")
})

test("commands that send nothing need no secrets", () => {
  const result = parsed([{ ...alert, to: { slack: { url: "${NOWHERE}" } } }], null)
  expect(result.ok).toBe(true)
})
