import type { Detector, Tell } from "../detector.ts"
import type { SimulatedLink } from "../link.ts"

/** Options of an mwan3 `interface` section. `trackIps`: how many there are. */
export interface Mwan3Interface {
  readonly trackIps: number
  /** So many of them must answer. */
  readonly reliability: number
  readonly timeoutMs: number
  readonly intervalMs: number
  readonly down: number
  readonly up: number
}

/**
 * OpenWrt packages, net/mwan3/files/etc/config/mwan3, interface `wan`: four track_ip, reliability 2; the rest from the
 * config_get defaults of net/mwan3/files/usr/sbin/mwan3track: timeout 4, interval 10, down 5, up 5 (and count 1).
 */
export const MWAN3_SHIPPED: Mwan3Interface = {
  trackIps: 4,
  reliability: 2,
  timeoutMs: 4000,
  intervalMs: 10_000,
  down: 5,
  up: 5,
}

/** As fast as whole seconds allow without a verdict from a single lost ping: two targets, either of which will do. */
export const MWAN3_TUNED: Mwan3Interface = {
  trackIps: 2,
  reliability: 1,
  timeoutMs: 1000,
  intervalMs: 1000,
  down: 3,
  up: 3,
}

/** The main loop of mwan3track: one `ping -c 1 -W TIMEOUT` after another, count, sleep. */
export function mwan3(name: string, settings: Mwan3Interface): Detector {
  return {
    name,
    watch: (link, spanMs, tell) => {
      watch(link, settings, spanMs, tell)
    },
  }
}

function watch(link: SimulatedLink, settings: Mwan3Interface, spanMs: number, tell: Tell) {
  const { trackIps, reliability, timeoutMs, intervalMs, down, up } = settings
  let score = down + up
  for (let atMs = 0; atMs < spanMs; atMs += intervalMs) {
    let answering = 0
    for (let target = 0; target < trackIps && answering < reliability; target++) {
      const rttMs = link.answer(target, atMs)
      if (rttMs <= timeoutMs) answering++
      atMs += Math.min(rttMs, timeoutMs)
    }
    if (answering < reliability) {
      score--
      if (score === up) tell("down", atMs)
      // A link that is down starts again from nothing at each failure.
      if (score <= up) score = 0
    } else {
      score++
      if (score === up) tell("up", atMs)
      else if (score > up) score = down + up
    }
  }
}
