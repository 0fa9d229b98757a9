import { chmod, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { readKept } from "../../src/alerts/state-file.ts"
import type { Plain, Receiver } from "../../src/core/alerts/config.ts"
import { startListener, type Fault } from "./support/listener.ts"
import { startMailbox, type MailFault } from "./support/mailbox.ts"
import { alertTo, allBack, allDown, openSite, outage, until, type Site } from "./support/scene.ts"

/** A receiver as the test sees it. */
interface Service {
  readonly to: Receiver<Plain>
  /** Incident and kind of every message that it took, in order; those that it took twice are there twice. */
  readonly taken: () => Promise<readonly string[]>
  /** It cannot be reached: all links are down. */
  readonly close: () => Promise<unknown>
  readonly open: () => Promise<unknown>
}

/** Each of the faults again and again, in turn with good days. */
const FAULTS: readonly Fault[] = ["500", "none", "hang", "reset", "none", "swallow", "refuse"]
const fault = (n: number) => FAULTS[n % FAULTS.length] ?? "none"

type Parse = (body: Record<string, unknown>, headers: Readonly<Record<string, unknown>>) => string

/** What has no field for it is known by its header. */
const byHeader: Parse = (_, headers) => String(headers["idempotency-key"])

async function http(to: (url: string) => Receiver<Plain>, parse: Parse = byHeader): Promise<Service> {
  const listener = await startListener({ fault })
  const taken = () =>
    listener.received.map(({ body, headers }) => parse(JSON.parse(body) as Record<string, unknown>, headers))
  return { to: to(listener.url), taken: () => Promise.resolve(taken()), close: listener.close, open: listener.open }
}

const pagerdutyKey: Parse = ({ dedup_key, event_action }) =>
  `${String(dedup_key)}:${event_action === "trigger" ? "opened" : "resolved"}`

const MAIL_FAULTS: readonly MailFault[] = ["later", "none", "cut", "none", "swallow", "never"]

async function mail(): Promise<Service> {
  const { port, mails, close, open } = await startMailbox(n => MAIL_FAULTS[n % MAIL_FAULTS.length] ?? "none")
  const login = { tls: "off", ca: null, username: null, password: null } as const
  const to = { kind: "email", host: "127.0.0.1", port, ...login, from: "r@example.com", to: ["a@example.com"] } as const
  const idOf = (text: string) =>
    /^X-Evenkeel-Message: (.*)$/im.exec(text.replaceAll(/\r\n[ \t]+/g, " "))?.[1]?.trim() ?? text
  return { to, taken: () => Promise.resolve(mails.map(({ text }) => idOf(text))), close, open }
}

/** It fails every third time, and notes what it takes. */
async function program({ stateDir }: Site): Promise<Service> {
  const file = join(stateDir, "page")
  const [log, count, away] = ["log", "count", "away"].map(name => join(stateDir, name)) as [string, string, string]
  const script = [
    `[ -e ${away} ] && exit 75`,
    `echo x >> ${count}`,
    `n=$(wc -l < ${count})`,
    `[ $((n % 3)) = 0 ] && exit 1`,
    `echo "$EVENKEEL_ID" >> ${log}`,
    `[ $((n % 7)) = 0 ] && exec sleep 60`,
    `exit 0`,
  ]
  await writeFile(file, `#!/bin/sh\n${script.join("\n")}\n`)
  await chmod(file, 0o700)
  return {
    to: { kind: "exec", command: [file], timeoutMs: 300 },
    taken: async () => (await readFile(log, "utf8").catch(() => "")).split("\n").filter(Boolean),
    close: () => writeFile(away, ""),
    open: () => rm(away, { force: true }),
  }
}

const services: readonly (readonly [kind: string, start: (site: Site) => Promise<Service>])[] = [
  [
    "webhook",
    () =>
      http(
        url => ({ kind: "webhook", url, secret: "s3cret", headers: {}, template: null }),
        ({ id }) => String(id),
      ),
  ],
  ["slack", () => http(url => ({ kind: "slack", url }))],
  ["pagerduty", () => http(url => ({ kind: "pagerduty", url, routingKey: "key1" }), pagerdutyKey)],
  ["alertmanager", () => http(url => ({ kind: "alertmanager", url, username: null, password: null, labels: {} }))],
  ["ntfy", () => http(url => ({ kind: "ntfy", url, topic: "topic", token: null }))],
  ["email", mail],
  ["exec", program],
].map(([kind, start]) => [kind as string, start as (site: Site) => Promise<Service>])

/** Repeats of one message next to each other are one: that is what its key is for. */
function once(ids: readonly string[]): readonly string[] {
  return ids.filter((id, index) => id !== ids[index - 1])
}

test.concurrent.each(services)(
  "%s: through errors, time-outs, resets, restarts and all links down, each incident is opened and resolved once, in order",
  async (kind, start) => {
    const site = await openSite()
    const service = await start(site)
    const rounds = 2
    const expected = expectedIds(rounds)
    try {
      for (let round = 0; round < rounds; round += 1) await suffer(site, service)
      const sender = site.start(alertTo(service.to))
      await until(async () => (await service.taken()).at(-1) === expected.at(-1), 30_000)
      await sender.stop()
      const taken = await service.taken()
      console.log(`${kind}: ${taken.length} deliveries of ${expected.length} messages`)
      expect(once(taken)).toEqual(expected)
      expect(site.told.filter(({ type }) => type === "alert.sent").length).toBeGreaterThanOrEqual(
        expected.length - rounds,
      )
    } finally {
      await service.close().catch(() => undefined)
      await site.dispose()
    }
  },
)

/** An outage of one link, and one of all during which the sender dies and another begins. */
async function suffer({ stateDir, start, append }: Site, { to, taken, close, open }: Service): Promise<void> {
  const sender = start(alertTo(to))
  await until(async () => (await readKept(stateDir, "oncall")) !== null)
  await append(...outage("isp1"))
  await until(async () => (await taken()).length > 0)
  await close()
  await append(...allDown)
  await sender.stop()
  const next = start(alertTo(to))
  await append(...allBack)
  await open()
  await next.stop()
}

/** Seven events a round: down, up, down, down, applied, up, up. */
function expectedIds(rounds: number): readonly string[] {
  return Array.from({ length: rounds }, (_, round) => {
    const seq = (n: number) => 7 * round + n
    const id = (what: string, n: number, kind: string) => `evenkeel:home:rtr-a:${what}:ipv4:${seq(n)}:${kind}`
    return [
      id("link.down:isp1", 1, "opened"),
      id("link.down:isp1", 1, "resolved"),
      id("link.down:isp1", 3, "opened"),
      id("link.down:isp2", 4, "opened"),
      id("all.down", 4, "opened"),
      id("all.down", 4, "resolved"),
      id("link.down:isp1", 3, "resolved"),
      id("link.down:isp2", 4, "resolved"),
    ]
  }).flat()
}
