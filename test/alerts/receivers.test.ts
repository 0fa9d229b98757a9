import { createHmac } from "node:crypto"
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { senderFor } from "../../src/alerts/receivers.ts"
import type { Verdict } from "../../src/alerts/verdict.ts"
import { NOTHING_TOLD } from "../../src/core/alerts/state.ts"
import { onEvent } from "../../src/core/alerts/alert.ts"
import type { Plain, Receiver } from "../../src/core/alerts/config.ts"
import type { Message } from "../../src/core/alerts/incident.ts"
import { run } from "../../src/system/run.ts"
import { goes, journalOf, topic } from "../core/alerts/journal.ts"
import { startListener, type Behaviour, type Listener } from "./support/listener.ts"
import { startMailbox, startSilence } from "./support/mailbox.ts"
import { PATIENCE } from "./support/scene.ts"

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function listener(behaviour?: Behaviour): Promise<Listener> {
  const found = await startListener(behaviour)
  ending.push(() => found.close().catch(() => undefined))
  return found
}

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "evenkeel-receivers-"))
  ending.push(() => rm(directory, { recursive: true }))
  return directory
}

const events = journalOf([0, goes("isp1", "down", { reason: "<b> & more" })], [60, goes("isp1", "up")])
const [down, up] = events.reduce((state, event) => onEvent(topic(), state, event), NOTHING_TOLD).queue as [
  Message,
  Message,
]

function send(to: Receiver<Plain>, message = down, answerMs = 10_000): Promise<Verdict> {
  return senderFor(to, { run, patience: { ...PATIENCE, answerMs } })(message, new AbortController().signal)
}

const webhook = { kind: "webhook", secret: null, headers: {}, template: null } as const

test("a webhook gets the message as JSON, and can know it when it comes again", async () => {
  const { url, received } = await listener()
  expect(await send({ ...webhook, url: `${url}/hook?a=1` })).toEqual({ ok: true, said: "HTTP 200: ok" })
  const [request] = received
  expect(request?.url).toBe("/hook?a=1")
  expect(request?.headers).toMatchObject({ "content-type": "application/json", "idempotency-key": down.id })
  expect(JSON.parse(request?.body ?? "")).toMatchObject({
    key: down.key,
    kind: "opened",
    condition: "link.down",
    event: events[0],
  })
})

test("a webhook is signed as standardwebhooks.com has it", async () => {
  const { url, received } = await listener()
  await send({ ...webhook, url, secret: "not a secret" })
  await send({ ...webhook, url, secret: `whsec_${Buffer.from("not a secret").toString("base64")}` })
  for (const { headers, body } of received) {
    const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature } = headers
    const content = `${String(id)}.${String(time)}.${body}`
    expect(signature).toBe(`v1,${createHmac("sha256", "not a secret").update(content).digest("base64")}`)
  }
  expect(received).toHaveLength(2)
})

test("a webhook has its own headers and template, and secrets may be in files", async () => {
  const { url, received } = await listener()
  const file = join(await scratch(), "token")
  await writeFile(file, "Bearer 1234\n")
  const headers = { Authorization: { file }, "Content-Type": "application/vnd.x+json" }
  await send({ ...webhook, url, headers, template: { msg: "{{title}}", n: 1 } })
  await send({ ...webhook, url, template: "{{kind}} {{link}}" })
  expect(received[0]?.headers).toMatchObject({ authorization: "Bearer 1234", "content-type": "application/vnd.x+json" })
  expect(JSON.parse(received[0]?.body ?? "")).toEqual({ msg: "rtr-a: isp1 is down", n: 1 })
  expect(received[1]).toMatchObject({ body: "opened isp1" })
  expect(received[1]?.headers["content-type"]).toBe("text/plain; charset=utf-8")
})

test("Slack gets one text, in which nothing can be a mention or a link", async () => {
  const { url, received } = await listener()
  await send({ kind: "slack", url: `${url}/services/T/B/x` })
  const { text } = JSON.parse(received[0]?.body ?? "") as { text: string }
  expect(text).toContain("*rtr-a: isp1 is down*\nisp1 went from unknown to down: &lt;b&gt; &amp; more\n")
})

test("PagerDuty gets a trigger and a resolve with one dedup_key", async () => {
  const isEvent = (body: string) => {
    const event = JSON.parse(body) as Record<string, unknown>
    return ["routing_key", "event_action", "dedup_key", "payload"].every(key => key in event)
      ? undefined
      : "invalid event"
  }
  const { url, received } = await listener({
    refusal: ({ body }) => isEvent(body),
    answer: { status: 202, body: '{"status":"success"}' },
  })
  const to = { kind: "pagerduty", url: `${url}/v2/enqueue`, routingKey: "0123456789abcdef" } as const
  for (const message of [down, up])
    expect(await send(to, message)).toEqual({ ok: true, said: 'HTTP 202: {"status":"success"}' })
  expect(received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    {
      routing_key: "0123456789abcdef",
      event_action: "trigger",
      dedup_key: down.key,
      payload: { summary: "rtr-a: isp1 is down", source: "rtr-a", severity: "error", component: "isp1", group: "home" },
    },
    { event_action: "resolve", dedup_key: down.key },
  ])
})

test("Alertmanager gets the same labels both times, and an end when it is over", async () => {
  const { url, received } = await listener()
  const to = {
    kind: "alertmanager",
    url: `${url}/am/`,
    username: "u",
    password: "pass",
    labels: { team: "net" },
  } as const
  await send(to, down)
  await send(to, up)
  const [[open], [over]] = received.map(({ body }) => JSON.parse(body) as unknown[]) as [[unknown], [unknown]]
  const labels = { alertname: "EvenkeelLinkDown", link: "isp1", family: "ipv4", router: "rtr-a", team: "net" }
  expect(open).toMatchObject({ labels, startsAt: down.since, endsAt: expect.stringMatching(/^2027-/) as string })
  expect(over).toMatchObject({ labels, startsAt: down.since, endsAt: up.until })
  expect(received[0]).toMatchObject({ url: "/am/api/v2/alerts", headers: { authorization: `Basic ${btoa("u:pass")}` } })
})

test("ntfy gets a message of its topic, urgent while it lasts", async () => {
  const { url, received } = await listener()
  const to = { kind: "ntfy", url, topic: "my-router", token: "tk_1234" } as const
  await send(to, down)
  await send(to, up)
  expect(received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    { topic: "my-router", title: "rtr-a: isp1 is down", priority: 4, tags: ["rotating_light", "link.down"] },
    { topic: "my-router", priority: 3 },
  ])
  expect(received[0]?.headers["authorization"]).toBe("Bearer tk_1234")
})

const email = { kind: "email", host: "127.0.0.1", tls: "off", ca: null, username: null, password: null } as const
const people = { from: "router@example.com", to: ["a@example.com", "b@example.com"] } as const

test("mail goes to everybody, and all of an incident is one conversation", async () => {
  const { port, mails, close } = await startMailbox()
  ending.push(close)
  for (const message of [down, up])
    expect(await send({ ...email, ...people, port }, message)).toMatchObject({ ok: true })
  const [first, second] = mails
  expect(first).toMatchObject({ from: "router@example.com", to: ["a@example.com", "b@example.com"] })
  expect(first?.text).toContain("Subject: [evenkeel] rtr-a: isp1 is down")
  expect(second?.text).toContain(`In-Reply-To: ${first?.messageId ?? "none"}`)
  expect(second?.messageId).not.toBe(first?.messageId)
})

test("mail that must be encrypted is not sent in the clear", async () => {
  const { port, mails, close } = await startMailbox()
  ending.push(close)
  expect(await send({ ...email, ...people, port, tls: "starttls" })).toMatchObject({ ok: false })
  expect(mails).toEqual([])
})

test("mail that is refused after its text may be refused for it; a wrong login is no matter of the message", async () => {
  const { port, close } = await startMailbox(() => "never")
  ending.push(close)
  expect(await send({ ...email, ...people, port })).toMatchObject({ ok: false, isRefused: true, isOfMessage: true })
})

test("a wrong password for mail is refused, and not repeated in words", async () => {
  const onAuth = ({ password }: { password: string }, _: unknown, done: (error: Error) => void) => {
    done(new Error(`not ${password}`))
  }
  const { port, close } = await startMailbox(undefined, { onAuth })
  ending.push(close)
  const verdict = await send({ ...email, ...people, port, username: "u", password: "tellnobody" })
  expect(verdict).toMatchObject({ ok: false, isRefused: true, isOfMessage: false })
  expect(JSON.stringify(verdict)).not.toContain("tellnobody")
})

test("a program gets the line of the journal, and the rest in its environment; no shell reads its arguments", async () => {
  const directory = await scratch()
  const program = join(directory, "page")
  await writeFile(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$EVENKEEL_ID" "$EVENKEEL_KIND" "$EVENKEEL_UNTIL" "$1" > ${directory}/env\ncat > ${directory}/stdin\necho paged\n`,
  )
  await chmod(program, 0o700)
  const command = [program, "$(touch /tmp/never); `id`"]
  expect(await send({ kind: "exec", command, timeoutMs: 5000 })).toEqual({ ok: true, said: "exit code 0: paged" })
  expect(await readFile(join(directory, "stdin"), "utf8")).toBe(`${JSON.stringify(events[0])}\n`)
  expect(await readFile(join(directory, "env"), "utf8")).toBe(`${down.id}\nopened\n\n$(touch /tmp/never); \`id\`\n`)
})

const bad: readonly (readonly [what: string, command: readonly string[], isRefused: boolean, words: RegExp])[] = [
  ["is not there", ["/no/such/program"], true, /no such program/],
  ["fails", ["/bin/false"], false, /exit code 1/],
  ["never ends", ["/bin/sleep", "60"], false, /took too long/],
  ["leaves a child that keeps its output open", ["/bin/sh", "-c", "sleep 5"], false, /took too long|holds its output/],
]

test.each(bad)("a program that %s", async (_, command, isRefused, words) => {
  const verdict = await send({ kind: "exec", command, timeoutMs: 300 })
  expect(verdict).toMatchObject({ ok: false, isRefused, error: expect.stringMatching(words) as string })
})

const answers: readonly (readonly [status: number, isRefused: boolean])[] = [
  [301, true],
  [400, true],
  [401, true],
  [403, true],
  [404, true],
  [408, false],
  [429, false],
  [500, false],
  [503, false],
]

test.each(answers)("HTTP %i: refused for good is %s", async (status, isRefused) => {
  const { url, received } = await listener({ answer: { status, body: "x".repeat(100_000) } })
  const verdict = await send({ ...webhook, url })
  expect(verdict).toMatchObject({ ok: false, isRefused, isOfMessage: status === 400 })
  expect(JSON.stringify(verdict).length).toBeLessThan(700)
  expect(received).toHaveLength(1)
})

test("a receiver that never answers, is not there, or cuts the line", async () => {
  const silence = await startSilence()
  ending.push(silence.close)
  const silent = `http://127.0.0.1:${silence.port}`
  expect(await send({ ...webhook, url: silent }, down, 150)).toMatchObject({
    ok: false,
    error: "no answer within 0.15 s",
  })
  expect(await send({ ...email, ...people, port: silence.port }, down, 150)).toMatchObject({
    ok: false,
    isRefused: false,
  })
  const { url } = await listener({ fault: () => "reset" })
  expect(await send({ ...webhook, url })).toMatchObject({ ok: false, isRefused: false })
  expect(await send({ ...webhook, url: "http://127.0.0.1:1" })).toMatchObject({ ok: false, isRefused: false })
})

test("no secret is in what is said of a failure, though the receiver repeats it", async () => {
  const { url } = await listener({
    refusal: ({ url: path, headers }) => `${path} ${String(headers["authorization"])} is wrong`,
  })
  const verdict = await send({
    ...webhook,
    url: `${url}/services/T0/secretpath`,
    headers: { authorization: "Bearer tellnobody" },
  })
  expect(verdict).toMatchObject({ ok: false, isRefused: true })
  expect(JSON.stringify(verdict)).not.toMatch(/secretpath|tellnobody/)
  const missing = await send({ ...webhook, url: { file: "/no/such/file" } })
  expect(missing).toMatchObject({
    ok: false,
    isRefused: true,
    error: expect.stringContaining("/no/such/file") as string,
  })
})

test("each try has a connection of its own", async () => {
  const { url, received } = await listener()
  await send({ ...webhook, url })
  await send({ ...webhook, url })
  expect(received.map(({ headers }) => headers["connection"])).toEqual(["close", "close"])
})

test("without its secret nothing is sent, and no message is blamed for it", async () => {
  let asked = 0
  const { url } = await listener({ refusal: () => `refused for the ${(asked += 1)}th time` })
  const empty = join(await scratch(), "key")
  await writeFile(empty, " \n")
  const pagerduty = (routingKey: Plain) => send({ kind: "pagerduty", url, routingKey })
  const unset = {
    error: "a secret cannot be read: routingKey is not set in the environment that the agent was started in",
  }
  const hollow = { error: `a secret cannot be read: ${empty} is empty` }
  expect(await pagerduty("")).toMatchObject({ ok: false, isRefused: true, isOfMessage: false, ...unset })
  expect(await pagerduty({ file: empty })).toMatchObject({ ok: false, isRefused: true, isOfMessage: false, ...hollow })
  expect(asked).toBe(0)
  expect(await pagerduty("key")).toMatchObject({ ok: false, isRefused: true, isOfMessage: true })
})
