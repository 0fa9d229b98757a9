/** The one file of this bench that knows the detector: what it is asked, and what it is told. */
import { parseConfig } from "../../../src/config/parse.ts"
import { ENOUGH_NATS } from "../../../src/core/cusum.ts"
import { lossTest } from "../../../src/core/loss.ts"
import type { HealthSettings } from "../../../src/core/config.ts"
import { judge, onProbe } from "../../../src/core/health.ts"
import { newLink } from "../../../src/core/link-health.ts"
import { deadlineMs, paceMs } from "../../../src/core/pace.ts"
import { LATE_MS } from "../../../src/core/rtt.ts"
import { answerTimeoutMs } from "../../../src/core/answer-timeout.ts"
import { isOverheard, onTraffic } from "../../../src/core/traffic.ts"
import { targetToAsk } from "../../../src/core/turns.ts"
import type { Outcome } from "../../../src/core/outcome.ts"
import type { Verdict } from "./detector.ts"
import { probesBetweenAlarms } from "./lorden.ts"

/** The settings of a configuration that says nothing about `health`. */
export const DEFAULTS: HealthSettings = defaults()

/** How many probes lie between two times that evenkeel calls a line with this loss degraded, at least and on average. */
export function probesBetweenFalseAlarms(loss: number): number {
  return probesBetweenAlarms(loss, lossTest(DEFAULTS), ENOUGH_NATS)
}

/** The detector of one link, as a thing that changes: the loop around it would otherwise pass everything each time. */
export interface Evenkeel {
  /** Whom to ask at this turn, and how long to wait. */
  readonly ask: (turn: number) => Question
  readonly onReply: (target: number, sentMs: number, rttMs: number) => void
  readonly onLoss: (target: number, sentMs: number, atMs: number) => void
  readonly onTime: (atMs: number) => void
  /** Whether it listens to users' traffic now. */
  readonly isListening: () => boolean
  readonly onTraffic: (atMs: number) => void
  readonly paceMs: () => number
  /** Infinity: time alone decides nothing. */
  readonly deadlineMs: () => number
  readonly verdict: () => Verdict
}

/** The same object each time, filled anew. */
interface Question {
  target: number
  timeoutMs: number
  /** An answer until then takes the miss back. */
  lateMs: number
}

const LOST: Outcome = { kind: "lost", reason: "timeout" }

export function createEvenkeel(targets: number, settings: HealthSettings): Evenkeel {
  const names = Array.from({ length: targets }, (_, i) => `icmp 192.0.2.${i + 1}`)
  const numbers = new Map(names.map((name, i) => [name, i]))
  const question: Question = { target: 0, timeoutMs: 0, lateMs: 0 }
  let health = newLink("isp1", names, settings, 0)

  function tell(target: number, sentMs: number, atMs: number, outcome: Outcome): void {
    const probe = names[target] ?? ""
    health = onProbe(health, { kind: "probe", link: "isp1", probe, sentMs, atMs, outcome }, settings)
  }

  return {
    ask: turn => {
      const target = targetToAsk(health, settings, turn)
      const timeoutMs = answerTimeoutMs(target, health.targets, settings)
      question.target = numbers.get(target.probe) ?? 0
      question.timeoutMs = timeoutMs
      question.lateMs = Math.max(timeoutMs, LATE_MS)
      return question
    },
    onReply: (target, sentMs, rttMs) => {
      tell(target, sentMs, sentMs + rttMs, { kind: "reply", rttMs })
    },
    onLoss: (target, sentMs, atMs) => {
      tell(target, sentMs, atMs, LOST)
    },
    onTime: atMs => {
      health = judge(health, settings, atMs)
    },
    isListening: () => isOverheard(health),
    onTraffic: atMs => {
      health = onTraffic(health, { kind: "traffic", link: "isp1", atMs }, settings)
    },
    paceMs: () => paceMs(health, settings),
    deadlineMs: () => deadlineMs(health, settings) ?? Infinity,
    // A damped link answers, yet gets no flows: to its users it is still down.
    verdict: () => (health.share === 0 ? "down" : health.state === "unknown" ? "up" : health.state),
  }
}

function defaults(): HealthSettings {
  const links = "[{ name: isp1, interface: eth0, mark: 1 }]"
  const result = parseConfig(`lan: [lan0]\nlinks: ${links}\nprobes: [{ icmp: 192.0.2.1 }]\n`, { hostname: "bench" })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.config.health
}
