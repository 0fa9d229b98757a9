import { mkdir, mkdtemp, rm, rmdir } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { alertTools } from "../../src/agent/alert-tools.ts"
import { runAlerts } from "../../src/alerts/alerts.ts"
import { createHeard, withHeard } from "../../src/alerts/heard.ts"
import type { JournalSource } from "../../src/alerts/resume.ts"
import { readKept } from "../../src/alerts/state-file.ts"
import { openJournal } from "../../src/journal/journal.ts"
import * as j from "../core/alerts/journal.ts"
import { startListener } from "./support/listener.ts"
import { alertTo, PATIENCE, until } from "./support/scene.ts"

test("what the disk does not take is told from memory, in order and once, also when there is room again", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "evenkeel-heard-"))
  const refusing = join(stateDir, "alerts", "oncall.json.new")
  await mkdir(join(stateDir, "alerts"))
  await mkdir(refusing)
  const journal = await openJournal({ directory: stateDir, router: "rtr-a", site: "home" })
  const { url, received, close } = await startListener()
  // A try that a link's return cuts off is made again.
  const ids = () => received.map(({ body }) => body).filter((id, index, all) => id !== all[index - 1])
  const warnings: string[] = []
  const note = { tell: () => undefined, warn: (text: string) => warnings.push(text) }
  const tools = alertTools(stateDir, stateDir, note)
  const heard = createHeard()
  const end = new AbortController()
  const alert = alertTo({ kind: "webhook", url, secret: null, headers: {}, template: "{{id}}" })
  const errand = { alerts: [alert], lines: { ipv4: ["isp1", "isp2"], ipv6: [] } }
  let isFollowing = false
  const follow: JournalSource["follow"] = (sinceSeq, signal) => {
    isFollowing = true
    return tools.journal.follow(sinceSeq, signal)
  }
  const given = { ...tools, journal: withHeard({ ...tools.journal, follow }, heard), patience: PATIENCE }
  journal.append(j.started)
  await journal.flush()
  const running = runAlerts(errand, given, end.signal)
  onTestFinished(async () => {
    end.abort()
    await running
    await Promise.all([journal.close(), close()])
    await rm(stateDir, { recursive: true })
  })

  const drafts = [j.goes("isp1", "down"), j.goes("isp2", "down"), j.goes("isp1", "up")]
  const now = new Date()
  const frame = { v: 1, time: now.toISOString(), router: "rtr-a", site: "home" } as const
  await until(() => isFollowing)
  for (const [i, draft] of drafts.entries()) heard.hear({ events: [{ ...frame, seq: i + 2, ...draft }], writtenSeq: 1 })
  await until(() => ids().length === 5)

  for (const draft of drafts) journal.append(draft, now)
  await rmdir(refusing)
  const last = journal.append(j.goes("isp2", "up"))
  await journal.flush()
  heard.hear({ events: last === null ? [] : [last], writtenSeq: 5 })
  await until(async () => (await readKept(stateDir, "oncall"))?.delivery.sent === 6)
  const id = (text: string) => `evenkeel:home:rtr-a:${text}`
  expect(ids()).toEqual([
    id("link.down:isp1:ipv4:2:opened"),
    id("link.down:isp2:ipv4:3:opened"),
    id("all.down:ipv4:3:opened"),
    id("all.down:ipv4:3:resolved"),
    id("link.down:isp1:ipv4:2:resolved"),
    id("link.down:isp2:ipv4:3:resolved"),
  ])
  expect(warnings).toEqual([expect.stringContaining("going on from memory: Error: EISDIR")])
})
