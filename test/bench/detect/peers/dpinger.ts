import type { Detector, Tell } from "../detector.ts"
import type { SimulatedLink } from "../link.ts"

/** dpinger's options of these names, in milliseconds and percent. */
export interface DpingerOptions {
  readonly sendIntervalMs: number
  readonly lossIntervalMs: number
  readonly timePeriodMs: number
  readonly alertIntervalMs: number
  readonly latencyAlarmMs: number
  readonly lossAlarmPercent: number
}

/** pfSense, src/etc/inc/gwlb.inc, return_dpinger_defaults(). */
export const PFSENSE_DEFAULTS: DpingerOptions = {
  sendIntervalMs: 500,
  lossIntervalMs: 2000,
  timePeriodMs: 60_000,
  alertIntervalMs: 1000,
  latencyAlarmMs: 500,
  lossAlarmPercent: 20,
}

/** As one would set it to notice a silence within about a second; the thresholds stay pfSense's. */
export const DPINGER_TUNED: DpingerOptions = {
  sendIntervalMs: 100,
  lossIntervalMs: 500,
  timePeriodMs: 2000,
  alertIntervalMs: 100,
  latencyAlarmMs: 500,
  lossAlarmPercent: 30,
}

/** dpinger.c: ALARM_DECAY_PERIODS, checks without a reason that end an alarm. */
const ALARM_DECAY_PERIODS = 10

/** dpinger.c: send_thread() and recv_thread() fill a ring of probes, alert_thread() looks at all of it now and then. */
export function dpinger(name: string, options: DpingerOptions): Detector {
  return {
    name,
    watch: (link, spanMs, tell) => {
      watch(link, options, spanMs, tell)
    },
  }
}

function watch(link: SimulatedLink, options: DpingerOptions, spanMs: number, tell: Tell): void {
  const { sendIntervalMs, alertIntervalMs, latencyAlarmMs, lossAlarmPercent } = options
  const window = createWindow(options)
  let sendMs = sendIntervalMs
  let latencyDecay = 0
  let lossDecay = 0
  let isAlarm = false
  const decayed = (decay: number, isOver: boolean) => (isOver ? ALARM_DECAY_PERIODS : Math.max(0, decay - 1))

  for (let atMs = alertIntervalMs; atMs < spanMs; atMs += alertIntervalMs) {
    for (; sendMs <= atMs; sendMs += sendIntervalMs) window.add(sendMs, link.answer(0, sendMs))
    const { latencyMs, lossPercent } = window.report(atMs)
    latencyDecay = decayed(latencyDecay, latencyMs > latencyAlarmMs)
    lossDecay = decayed(lossDecay, lossPercent > lossAlarmPercent)
    const isAlarmNow = latencyDecay > 0 || lossDecay > 0
    if (isAlarmNow !== isAlarm) tell(isAlarmNow ? "down" : "up", atMs)
    isAlarm = isAlarmNow
  }
}

interface Report {
  latencyMs: number
  lossPercent: number
}

/**
 * report() of dpinger.c over the newest probes. What can no longer change is summed up once: going through the whole
 * ring each time, as dpinger does, would take longer than all the rest.
 */
function createWindow({ timePeriodMs, sendIntervalMs, lossIntervalMs }: DpingerOptions) {
  const size = Math.floor(timePeriodMs / sendIntervalMs)
  const sentMs = new Float64Array(size)
  const rttMs = new Float64Array(size)
  const result: Report = { latencyMs: 0, lossPercent: 0 }
  let next = 0
  /** All before this one have been answered, or never will be. */
  let settled = 0
  let received = 0
  let lost = 0
  let latencyMs = 0

  function count(probe: number, by: 1 | -1): void {
    const tripMs = rttMs[probe % size] ?? 0
    if (tripMs === Infinity) lost += by
    else {
      received += by
      latencyMs += by * tripMs
    }
  }

  function isSettled(probe: number, atMs: number): boolean {
    const [startMs = 0, tripMs = 0] = [sentMs[probe % size], rttMs[probe % size]]
    return tripMs === Infinity ? atMs - startMs > lossIntervalMs : startMs + tripMs <= atMs
  }

  return {
    add: (atMs: number, tripMs: number): void => {
      if (next >= size) {
        if (settled > next - size) count(next - size, -1)
        else settled = next - size + 1
      }
      sentMs[next % size] = atMs
      rttMs[next % size] = tripMs
      next++
    },
    report: (atMs: number): Report => {
      while (settled < next && isSettled(settled, atMs)) count(settled++, 1)
      let [someLost, someReceived, someLatencyMs] = [lost, received, latencyMs]
      for (let probe = settled; probe < next; probe++) {
        const [startMs = 0, tripMs = 0] = [sentMs[probe % size], rttMs[probe % size]]
        if (startMs + tripMs <= atMs) {
          someReceived++
          someLatencyMs += tripMs
        } else if (atMs - startMs > lossIntervalMs) someLost++
      }
      result.latencyMs = someReceived === 0 ? 0 : someLatencyMs / someReceived
      result.lossPercent = someLost === 0 ? 0 : Math.floor((100 * someLost) / (someReceived + someLost))
      return result
    },
  }
}
