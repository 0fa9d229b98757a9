import type { HealthSettings } from "../../src/core/config.ts"
import type { LinkStateName } from "../../src/core/link-state.ts"
import type { Evidence } from "../../src/core/evidence.ts"
import type { Facts } from "../../src/core/facts.ts"
import { judge, onFacts, onProbe } from "../../src/core/health.ts"
import { newLink, type LinkHealth } from "../../src/core/link-health.ts"
import { deadlineMs, paceMs } from "../../src/core/pace.ts"
import type { Outcome } from "../../src/core/outcome.ts"
import { LATE_MS } from "../../src/core/rtt.ts"
import { answerTimeoutMs } from "../../src/core/answer-timeout.ts"
import { targetToAsk } from "../../src/core/turns.ts"
import { SETTINGS } from "./fixtures.ts"

/** A line to some targets, as a function of time (ms). */
export interface LinkModel {
  readonly rttMs: (sentMs: number, probe: string) => number
  readonly isLost: (sentMs: number, answerMs: number, probe: string) => boolean
  /** What is lost is sent again after this time, as the kernel does with a SYN. */
  readonly resentMs?: number
  /** What an answer that took so long is told as, if not by its RTT. */
  readonly reply?: (rttMs: number) => Outcome
  /** The prober itself cannot ask. */
  readonly isBroken?: (sentMs: number) => boolean
}

export interface Scenario {
  readonly model: LinkModel
  readonly untilMs: number
  readonly settings?: Partial<HealthSettings>
  readonly probes?: readonly string[]
  readonly start?: (link: LinkHealth) => LinkHealth
  readonly facts?: readonly { readonly atMs: number; readonly facts: Facts }[]
  /** The process stands still; all that fell due meanwhile happens at `toMs`, in order, and a timeout is then a loss. */
  readonly stall?: { readonly fromMs: number; readonly toMs: number }
}

export interface Recording {
  readonly changes: readonly Change[]
  readonly sent: readonly { readonly atMs: number; readonly probe: string }[]
  readonly link: LinkHealth
}

interface Change {
  readonly atMs: number
  readonly from: LinkStateName
  readonly to: LinkStateName
  readonly reason: string
  readonly evidence: Evidence
}

/** Runs one link in virtual time, asked and judged at the moments that its own health asks for. */
export function simulate({ model, untilMs, stall, ...scenario }: Scenario): Recording {
  const settings = { ...SETTINGS, ...scenario.settings }
  const fresh = newLink("isp1", scenario.probes ?? ["a", "b", "c"], settings, 0)
  const changes: Change[] = []
  const sent: { atMs: number; probe: string }[] = []
  const queue = newQueue()
  let link = scenario.start?.(fresh) ?? fresh
  let nowMs = 0
  let turn = 0
  let pace = 0
  let timer = 0
  let deadline: number | null = null

  function become(next: LinkHealth): void {
    const { state: from } = link
    link = next
    const { state: to, reason, evidence } = link
    if (from !== to) changes.push({ atMs: nowMs, from, to, reason, evidence })
    keepPace()
    keepDeadline()
  }

  /** As streams/poll.ts does: a faster pace starts at once, the usual one after its pause. */
  function keepPace(): void {
    const wanted = paceMs(link, settings)
    if (wanted === pace) return
    const isFirst = pace === 0
    pace = wanted
    timer += 1
    askAt(isFirst || wanted < settings.intervalMs ? nowMs : nowMs + wanted, timer)
  }

  function askAt(atMs: number, by: number): void {
    queue.add(atMs, () => {
      if (by !== timer) return
      ask()
      askAt(nowMs + pace, by)
    })
  }

  function ask(): void {
    const target = targetToAsk(link, settings, turn++)
    const { probe } = target
    const sentMs = nowMs
    sent.push({ atMs: sentMs, probe })
    const told = (atMs: number, outcome: Outcome) => {
      queue.add(atMs, () => {
        become(onProbe(link, { kind: "probe", link: "isp1", probe, sentMs, atMs: nowMs, outcome }, settings))
      })
    }
    if (model.isBroken?.(sentMs)) {
      told(sentMs, { kind: "broken", error: "EPERM" })
      return
    }
    const timeoutMs = answerTimeoutMs(target, link.targets, settings)
    const rttMs = model.rttMs(sentMs, probe)
    const isLost = model.isLost(sentMs, sentMs + rttMs, probe)
    if (isLost || rttMs > timeoutMs) told(sentMs + timeoutMs, { kind: "lost", reason: "timeout" })
    const lateMs = Math.max(LATE_MS, timeoutMs)
    if (!isLost && rttMs < lateMs) told(sentMs + rttMs, model.reply?.(rttMs) ?? { kind: "reply", rttMs })
    const againMs = sentMs + (model.resentMs ?? Infinity)
    const isAnsweredAgain =
      isLost && againMs + rttMs < sentMs + lateMs && !model.isLost(againMs, againMs + rttMs, probe)
    if (isAnsweredAgain) told(againMs + rttMs, { kind: "reply", rttMs, resent: true })
  }

  /** As streams/pipeline.ts does: a timer may be 1 ms early, so it is set 1 ms late. */
  function keepDeadline(): void {
    const wanted = deadlineMs(link, settings)
    if (wanted === deadline) return
    deadline = wanted
    if (wanted === null) return
    queue.add(Math.max(nowMs, wanted) + 1, () => {
      if (deadline === wanted) become(judge(link, settings, nowMs))
    })
  }

  for (const { atMs, facts } of scenario.facts ?? []) {
    queue.add(atMs, () => {
      become(onFacts(link, facts, settings, nowMs))
    })
  }
  become(link)
  for (let due = queue.take(untilMs); due !== undefined; due = queue.take(untilMs)) {
    const isStalled = stall !== undefined && due.atMs >= stall.fromMs && due.atMs < stall.toMs
    nowMs = Math.max(nowMs, isStalled ? stall.toMs : due.atMs)
    due.act()
  }
  return { changes, sent, link }
}

interface Due {
  readonly atMs: number
  readonly act: () => void
}

/** First due, first out; among equals, first in. */
function newQueue() {
  const dues: Due[] = []
  return {
    add(atMs: number, act: () => void): void {
      const before = dues.findLastIndex(due => due.atMs <= atMs)
      dues.splice(before + 1, 0, { atMs, act })
    },
    take: (untilMs: number): Due | undefined => ((dues[0]?.atMs ?? Infinity) <= untilMs ? dues.shift() : undefined),
  }
}

/** A steady line on which nothing is ever lost. */
export function steady(rttMs: number): LinkModel {
  return { rttMs: () => rttMs, isLost: () => false }
}

/** Loses whatever is on the way at any time from `fromMs` until `toMs`. */
export function hole(fromMs: number, toMs = Infinity): (sentMs: number, answerMs: number) => boolean {
  return (sentMs, answerMs) => answerMs >= fromMs && sentMs < toMs
}

/** mulberry32: small, seeded, and good enough for losses. Numbers from 0 to 1. */
export function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
