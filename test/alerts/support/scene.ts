import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { alertTools } from "../../../src/agent/alert-tools.ts"
import type { Tools } from "../../../src/alerts/alert.ts"
import { runAlerts } from "../../../src/alerts/alerts.ts"
import type { AlertConfig, Plain, Receiver } from "../../../src/core/alerts/config.ts"
import type { EventDraft } from "../../../src/core/events.ts"
import { openJournal, type Journal } from "../../../src/journal/journal.ts"
import * as j from "../../core/alerts/journal.ts"

/** Failures in a row must not take minutes here. */
export const PATIENCE: NonNullable<Tools["patience"]> = {
  answerMs: 150,
  firstRetryMs: 10,
  longestRetryMs: 40,
  refusedMs: 3_600_000,
}

const LINES = { ipv4: ["isp1", "isp2"], ipv6: [] }

export function alertTo(to: Receiver<Plain>, changes: Partial<AlertConfig<Plain>> = {}): AlertConfig<Plain> {
  return { name: "oncall", when: ["link.down", "all.down"], links: null, forMs: 0, repeatMs: null, to, ...changes }
}

/** A router's state directory with a journal, and alerts that follow it. */
export interface Site {
  readonly stateDir: string
  readonly journal: Journal
  readonly append: (...drafts: readonly EventDraft[]) => Promise<void>
  /** What the sender told of itself. */
  readonly told: readonly EventDraft[]
  readonly warnings: readonly string[]
  readonly start: (...alerts: readonly AlertConfig<Plain>[]) => Sender
  readonly dispose: () => Promise<void>
}

interface Sender {
  readonly stop: () => Promise<void>
}

export async function openSite(patience = PATIENCE): Promise<Site> {
  const stateDir = await mkdtemp(join(tmpdir(), "evenkeel-alerts-"))
  const journal = await openJournal({ directory: stateDir, router: "rtr-a", site: "home" })
  const told: EventDraft[] = []
  const warnings: string[] = []
  const running = new Set<Sender>()
  const note = { tell: (event: EventDraft) => told.push(event), warn: (text: string) => warnings.push(text) }
  const start: Site["start"] = (...alerts) => {
    const end = new AbortController()
    const ended = runAlerts({ alerts, lines: LINES }, { ...alertTools(stateDir, stateDir, note), patience }, end.signal)
    const sender = {
      stop: async () => {
        running.delete(sender)
        end.abort()
        await ended
      },
    }
    running.add(sender)
    return sender
  }
  return {
    stateDir,
    journal,
    told,
    warnings,
    start,
    append: async (...drafts) => {
      for (const draft of drafts) journal.append(draft)
      await journal.flush()
    },
    dispose: async () => {
      for (const sender of running) await sender.stop()
      await journal.close()
      await rm(stateDir, { recursive: true })
    },
  }
}

/** @throws Error when it does not come to be so. */
export async function until(isSo: () => unknown, withinMs = 15_000): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not so within ${withinMs} ms: ${isSo.toString()}`)
    await sleep(10)
  }
}

/** An outage of one link, or of both; each ends. */
export const outage = (link: string) => [j.goes(link, "down"), j.goes(link, "up")] as const
export const allDown = [j.goes("isp1", "down"), j.goes("isp2", "down")] as const
export const allBack = [j.applied, j.goes("isp1", "up"), j.goes("isp2", "up")] as const
