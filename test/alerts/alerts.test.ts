import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test, vi } from "vitest"
import { dropOthers } from "../../src/alerts/alerts.ts"
import { PATIENCE as DEFAULT, retryMs } from "../../src/alerts/backoff.ts"
import { lockAlerts } from "../../src/alerts/lock.ts"
import { readKept } from "../../src/alerts/state-file.ts"
import { openJournal } from "../../src/journal/journal.ts"
import * as j from "../core/alerts/journal.ts"
import { startListener, type Behaviour, type Listener } from "./support/listener.ts"
import { alertTo, allDown, openSite, outage, PATIENCE, until, type Site } from "./support/scene.ts"

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function scene(behaviour?: Behaviour, patience = PATIENCE): Promise<{ site: Site; listener: Listener }> {
  const site = await openSite(patience)
  const listener = await startListener(behaviour)
  ending.push(site.dispose, () => listener.close().catch(() => undefined))
  return { site, listener }
}

function webhookTo(url: string, changes: object = {}) {
  return alertTo({ kind: "webhook", url, secret: null, headers: {}, template: "{{id}}" }, changes)
}

function ids({ received }: Listener): readonly string[] {
  return received.map(({ body }) => body.replace("evenkeel:home:rtr-a:", ""))
}

/** A sender that is stopped between an answer and its note of it sends that message again. */
const untilNoted = (stateDir: string, count: number) =>
  until(async () => (await readKept(stateDir, "oncall"))?.delivery.sent === count)

test("a new alert tells what is so now, and nothing of the past", async () => {
  const { site, listener } = await scene()
  await site.append(...outage("isp1"), j.goes("isp2", "down"))
  site.start(webhookTo(listener.url))
  await until(() => listener.received.length === 1)
  await site.append(j.goes("isp2", "up"))
  await until(() => listener.received.length === 2)
  expect(ids(listener)).toEqual(["link.down:isp2:ipv4:3:opened", "link.down:isp2:ipv4:3:resolved"])
})

test("what happened while no sender ran is told by the next, and what was delivered is not told again", async () => {
  const { site, listener } = await scene()
  const first = site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(j.goes("isp1", "down"))
  await untilNoted(site.stateDir, 1)
  await first.stop()
  await site.append(j.goes("isp1", "up"), ...outage("isp2"))
  site.start(webhookTo(listener.url))
  await until(() => listener.received.length === 4)
  expect(ids(listener)).toEqual([
    "link.down:isp1:ipv4:1:opened",
    "link.down:isp1:ipv4:1:resolved",
    "link.down:isp2:ipv4:3:opened",
    "link.down:isp2:ipv4:3:resolved",
  ])
})

test("a clock that is set a day ahead makes no short outage a long one", async () => {
  const { site, listener } = await scene()
  const incidents = async () => (await readKept(site.stateDir, "oncall"))?.state.incidents ?? []
  site.start(webhookTo(listener.url, { forMs: 60_000 }))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(j.goes("isp1", "down"))
  await until(async () => (await incidents()).length === 1)

  const now = Date.now.bind(Date)
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 86_400_000)
  ending.push(() => {
    clock.mockRestore()
  })
  const sinceMs = async () => Date.parse((await incidents())[0]?.since ?? "")
  await until(async () => (await sinceMs()) > now() + 86_000_000)
  expect([await incidents(), listener.received]).toMatchObject([[{ told: 0 }], []])
  await site.append(j.goes("isp1", "up"))
  await until(async () => (await incidents()).length === 0)
  expect(listener.received).toEqual([])
})

test("a refusal is told once and tried on; what an operator mends goes out", async () => {
  let isMended = false
  const { site, listener } = await scene({ fault: () => (isMended ? "none" : "refuse") })
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...outage("isp1"))
  await until(async () => ((await readKept(site.stateDir, "oncall"))?.delivery.trouble?.attempts ?? 0) > 2)
  const kept = await readKept(site.stateDir, "oncall")
  expect(kept?.delivery.trouble).toMatchObject({ isRefused: true, error: "HTTP 403: no" })
  expect(kept?.state.queue).toHaveLength(2)
  isMended = true
  await until(() => listener.received.length === 2)
  await until(() => site.told.filter(({ type }) => type === "alert.sent").length === 2)
  expect(site.told.map(({ type }) => type)).toEqual(["alert.failed", "alert.sent", "alert.sent"])
  expect(site.told[0]).toMatchObject({ alert: "oncall", receiver: "webhook", link: "isp1", error: "HTTP 403: no" })
})

test("one message that is refused for too long is put aside in words, and the others go out", async () => {
  const refusal = ({ body }: { readonly body: string }) =>
    body.includes("isp1:ipv4:1:opened") ? "too long" : undefined
  const { site, listener } = await scene({ refusal }, { ...PATIENCE, longestRetryMs: 5, refusedMs: 50 })
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...outage("isp1"), ...outage("isp2"))
  await until(() => listener.received.length === 3)
  expect(ids(listener)[0]).toBe("link.down:isp1:ipv4:1:resolved")
  const failures = site.told.filter(({ type }) => type === "alert.failed")
  expect(failures).toMatchObject([
    { attempts: 1, error: "HTTP 400: too long" },
    { error: "HTTP 400: too long; put aside, as it was refused for 50ms: rtr-a: isp1 is down", retryMs: 0 },
  ])
})

test("an alert whose file cannot be read holds up no other, and goes on when that is mended", async () => {
  const { site, listener } = await scene()
  const broken = join(site.stateDir, "alerts", "broken.json")
  await mkdir(broken, { recursive: true })
  const countOf = (path: string) => listener.received.filter(({ url }) => url === path).length
  site.start(webhookTo(`${listener.url}/oncall`), webhookTo(`${listener.url}/broken`, { name: "broken" }))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...outage("isp1"))
  await until(() => countOf("/oncall") === 2)
  expect(site.warnings[0]).toMatch(/^alert broken cannot go on, and is tried again: .*EISDIR/)
  await rm(broken, { recursive: true })
  await until(async () => (await readKept(site.stateDir, "broken")) !== null)
  await site.append(...outage("isp2"))
  await until(() => countOf("/broken") === 2)
})

test("nor does the file of one that is configured no more", async () => {
  const { site } = await scene()
  await mkdir(join(site.stateDir, "alerts", "gone.json"), { recursive: true })
  await expect(dropOthers({ stateDir: site.stateDir, warn: () => undefined }, [])).resolves.toBeUndefined()
})

test("a key that is refused costs no message, however long it takes to mend it", async () => {
  let isMended = false
  const behaviour: Behaviour = { fault: () => (isMended ? "none" : "refuse") }
  const { site, listener } = await scene(behaviour, { ...PATIENCE, longestRetryMs: 5, refusedMs: 0 })
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...outage("isp1"))
  await until(async () => ((await readKept(site.stateDir, "oncall"))?.delivery.trouble?.attempts ?? 0) > 20)
  isMended = true
  await until(() => listener.received.length === 2)
})

test("with all links down a long wait ends when one answers", async () => {
  let isAway = true
  const patience = { answerMs: 200, firstRetryMs: 3_600_000, longestRetryMs: 3_600_000, refusedMs: 3_600_000 }
  const { site, listener } = await scene({ fault: () => (isAway ? "reset" : "none") }, patience)
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...allDown)
  await until(() => site.told.some(({ type }) => type === "alert.failed"))
  isAway = false
  await site.append(j.applied)
  await until(() => listener.received.length === 3)
  expect(ids(listener)[0]).toBe("link.down:isp1:ipv4:1:opened")
})

test("a try that hangs over a dead link is given up when another answers", async () => {
  let isAway = true
  const patience = { answerMs: 3_600_000, firstRetryMs: 20, longestRetryMs: 100, refusedMs: 3_600_000 }
  const { site, listener } = await scene({ fault: () => (isAway ? "hang" : "none") }, patience)
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...allDown)
  await until(async () => (await readKept(site.stateDir, "oncall"))?.state.queue.length === 3)
  isAway = false
  await site.append(j.goes("isp1", "up"))
  await until(() => listener.received.length === 5)
  expect(site.told.map(({ type }) => type)).not.toContain("alert.failed")
})

test("more than may wait is left in the journal until there is room", async () => {
  let isAway = true
  const { site, listener } = await scene({ fault: () => (isAway ? "500" : "none") })
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...Array.from({ length: 60 }, () => outage("isp1")).flat())
  await until(async () => ((await readKept(site.stateDir, "oncall"))?.state.queue.length ?? 0) >= 50)
  const { state } = (await readKept(site.stateDir, "oncall")) ?? {}
  expect(state?.queue.length).toBeLessThan(55)
  isAway = false
  await until(() => listener.received.length === 120)
  const expected = Array.from({ length: 120 }, (_, i) => {
    const seq = i - (i % 2) + 1
    return `link.down:isp1:ipv4:${seq}:${i % 2 === 0 ? "opened" : "resolved"}`
  })
  expect(ids(listener)).toEqual(expected)
})

test("a changed receiver gets what waits, and an alert that is gone is dropped in words", async () => {
  const { site, listener } = await scene()
  const before = site.start(webhookTo("http://127.0.0.1:1"), webhookTo("http://127.0.0.1:1", { name: "other" }))
  await until(async () => (await readKept(site.stateDir, "other")) !== null)
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...outage("isp1"))
  for (const name of ["oncall", "other"])
    await until(async () => (await readKept(site.stateDir, name))?.state.queue.length === 2)
  await before.stop()
  site.start(webhookTo(listener.url))
  await until(() => listener.received.length === 2)
  expect(ids(listener)).toEqual(["link.down:isp1:ipv4:1:opened", "link.down:isp1:ipv4:1:resolved"])
  expect(site.warnings).toEqual([
    "alert other is not in the configuration any more: its 2 waiting messages are dropped",
  ])
  // What is kept of the other may just be being replaced, by way of a file beside it.
  const files = await readdir(join(site.stateDir, "alerts"))
  expect(files.filter(file => !file.startsWith("oncall.json"))).toEqual([])
})

test("an alert that is now about more tells what is so of that, and keeps what waits", async () => {
  const { site, listener } = await scene()
  const narrow = site.start(webhookTo("http://127.0.0.1:1", { links: ["isp1"] }))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(j.goes("isp1", "down"), j.goes("isp2", "down"), j.goes("isp1", "up"))
  await until(async () => (await readKept(site.stateDir, "oncall"))?.state.cursor?.seq === 3)
  await narrow.stop()
  site.start(webhookTo(listener.url, { when: ["link.down"] }))
  await until(() => listener.received.length >= 5)
  expect(ids(listener)).toEqual([
    "link.down:isp1:ipv4:1:opened",
    "all.down:ipv4:2:opened",
    "all.down:ipv4:2:resolved",
    "link.down:isp1:ipv4:1:resolved",
    "link.down:isp2:ipv4:2:opened",
  ])
})

test("without a folder there is nothing to drop", async () => {
  const { site } = await scene()
  await dropOthers({ stateDir: site.stateDir, warn: text => expect.unreachable(text) }, [])
})

test("a state that makes no sense is put aside, and the alert begins anew with what is so now", async () => {
  const { site, listener } = await scene()
  await site.append(j.goes("isp1", "down"))
  await mkdir(join(site.stateDir, "alerts"))
  await writeFile(join(site.stateDir, "alerts", "oncall.json"), '{"v":1,"state":7}')
  site.start(webhookTo(listener.url))
  await until(() => listener.received.length === 1)
  expect(site.warnings[0]).toMatch(
    /^alert oncall: begins anew with what is so now; oncall.json.bad is what was kept of it/,
  )
  expect(await readFile(join(site.stateDir, "alerts", "oncall.json.bad"), "utf8")).toBe('{"v":1,"state":7}')
})

test("a journal that began anew is read from what is later, though its numbers are those of before", async () => {
  const { site, listener } = await scene()
  const first = site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall")) !== null)
  await site.append(...outage("isp1"), ...outage("isp1"))
  await untilNoted(site.stateDir, 4)
  await first.stop()
  await rm(join(site.stateDir, "events.jsonl"))
  const anew = await openJournal({ directory: site.stateDir, router: "rtr-a", site: "home" })
  ending.push(() => anew.close())
  anew.append(j.goes("isp2", "down"))
  await anew.flush()
  site.start(webhookTo(listener.url))
  await until(() => listener.received.length === 5)
  expect(ids(listener).at(-1)).toBe("link.down:isp2:ipv4:1:opened")
  expect(site.warnings).toEqual([expect.stringContaining("going on with what is later")])
})

test("lines that are no events, and events that make no sense, are passed over", async () => {
  const { site, listener } = await scene()
  await site.append(j.started)
  const frame = { v: 1, time: new Date().toISOString(), router: "rtr-a", site: "home" }
  const odd = [
    { ...frame, seq: 2, type: "link.state", link: "isp1", to: "sideways" },
    { ...frame, seq: 3, type: "link.state", link: "isp1", from: "up", to: "down", reason: "silence" },
    { ...frame, seq: 4, type: "from.the.future" },
  ]
  const lines = [...odd.map(event => JSON.stringify(event)), "no json", ""].join("\n")
  await writeFile(join(site.stateDir, "events.jsonl"), lines, { flag: "a" })
  site.start(webhookTo(listener.url))
  await until(async () => (await readKept(site.stateDir, "oncall"))?.state.cursor?.seq === 4)
  expect(site.warnings.join("\n")).toContain("event 2 of the journal is not understood")
})

test("one sender for one state directory", async () => {
  const { site } = await scene()
  const first = await lockAlerts(site.stateDir)
  expect(await lockAlerts(site.stateDir)).toBeNull()
  first?.release()
  const second = await lockAlerts(`${site.stateDir}/`)
  expect(second).not.toBeNull()
  second?.release()
})

test("waits double from a second to five minutes, a quarter more or less; a refusal waits longest", () => {
  const failing = { isRefused: false, retryAfterMs: null }
  const middle = (failures: number) => retryMs({ ...failing, failures }, DEFAULT, () => 0.5)
  expect([1, 2, 3, 9, 100].map(middle)).toEqual([1000, 2000, 4000, 256_000, 300_000])
  expect([0, 1].map(random => retryMs({ ...failing, failures: 1 }, DEFAULT, () => random))).toEqual([750, 1250])
  expect(retryMs({ ...failing, failures: 1, isRefused: true }, DEFAULT, () => 0.5)).toBe(300_000)
  expect(retryMs({ ...failing, failures: 1, retryAfterMs: 30_000 }, DEFAULT, () => 0.5)).toBe(30_000)
  expect(retryMs({ ...failing, failures: 1, retryAfterMs: 1e9 }, DEFAULT, () => 0.5)).toBe(300_000)
})
