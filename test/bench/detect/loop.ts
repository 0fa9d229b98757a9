import type { HealthSettings } from "../../../src/core/config.ts"
import { createAgenda, type Agenda } from "./agenda.ts"
import type { Detector, Tell, Verdict } from "./detector.ts"
import { createEvenkeel, type Evenkeel } from "./evenkeel.ts"
import type { SimulatedLink } from "./link.ts"

/** Node fires a timer of 0 ms after 1 ms: timers in Node's manual. */
const SOON_MS = 1

/** evenkeel's own detector, asked and told as src/streams and probes/judge.ts do, without waiting for real time to pass. */
export function evenkeel(name: string, targets: number, settings: HealthSettings): Detector {
  return {
    name,
    watch: (link, spanMs, tell) => {
      run(link, createEvenkeel(targets, settings), settings.intervalMs, spanMs, tell)
    },
  }
}

/** Many million turns a minute: nothing is made here that would have to be collected. */
function run(link: SimulatedLink, detector: Evenkeel, intervalMs: number, spanMs: number, tell: Tell): void {
  const agenda = createAgenda()
  let verdict: Verdict = detector.verdict()
  let paceMs = detector.paceMs()
  let sendMs = SOON_MS
  let turn = 0
  let deadlineMs = Infinity
  let wakeMs = Infinity

  for (;;) {
    const dueMs = agenda.dueMs()
    const nowMs = Math.min(dueMs, sendMs, wakeMs)
    if (nowMs >= spanMs) return
    if (nowMs === sendMs) {
      send(link, detector, agenda, turn++, nowMs)
      sendMs += paceMs
      continue
    }
    if (nowMs === dueMs) settle(detector, agenda, nowMs)
    else {
      wakeMs = Infinity
      detector.onTime(nowMs)
    }

    if (detector.isListening() && link.isBusy(nowMs)) detector.onTraffic(nowMs)

    const newPaceMs = detector.paceMs()
    if (newPaceMs !== paceMs) {
      paceMs = newPaceMs
      sendMs = nowMs + (paceMs === intervalMs ? paceMs : SOON_MS)
    }
    const newDeadlineMs = detector.deadlineMs()
    if (newDeadlineMs !== deadlineMs) {
      deadlineMs = newDeadlineMs
      wakeMs = Math.max(nowMs, deadlineMs) + SOON_MS
    }
    const newVerdict = detector.verdict()
    if (newVerdict !== verdict) {
      verdict = newVerdict
      tell(verdict, nowMs)
    }
  }
}

/** What will become of a probe is known as it is sent: an answer in time, or a miss and perhaps a late answer. */
function send(link: SimulatedLink, detector: Evenkeel, agenda: Agenda, turn: number, nowMs: number): void {
  const { target, timeoutMs, lateMs } = detector.ask(turn)
  const rttMs = link.answer(target, nowMs)
  if (rttMs > timeoutMs) agenda.add(nowMs + timeoutMs, target, nowMs, NaN)
  if (rttMs <= lateMs) agenda.add(nowMs + rttMs, target, nowMs, rttMs)
}

function settle(detector: Evenkeel, agenda: Agenda, nowMs: number): void {
  const { target, sentMs, rttMs } = agenda.take()
  if (Number.isNaN(rttMs)) detector.onLoss(target, sentMs, nowMs)
  else detector.onReply(target, sentMs, rttMs)
}
