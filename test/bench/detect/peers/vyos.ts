import type { Detector, Tell } from "../detector.ts"
import type { SimulatedLink } from "../link.ts"

/** `load-balancing wan interface-health`, with one `test` of type ping. */
export interface InterfaceHealth {
  readonly failureCount: number
  readonly successCount: number
  readonly respTimeMs: number
}

/** vyos-1x, interface-definitions/load-balancing_wan.xml.in: the default values. */
export const VYOS_DEFAULTS: InterfaceHealth = { failureCount: 1, successCount: 1, respTimeMs: 5000 }

/** vyos-1x, src/helpers/vyos-load-balancer.py: sleep_interval. */
const SLEEP_MS = 5000

/** The main loop of vyos-load-balancer.py: `ping -c 1 -W RESP_TIME`, count, sleep. */
export function vyos(name: string, health: InterfaceHealth): Detector {
  return {
    name,
    watch: (link, spanMs, tell) => {
      watch(link, health, spanMs, tell)
    },
  }
}

function watch(
  link: SimulatedLink,
  { failureCount, successCount, respTimeMs }: InterfaceHealth,
  spanMs: number,
  tell: Tell,
) {
  let isUp = true
  let failures = 0
  let successes = 0
  for (let atMs = 0; atMs < spanMs; atMs += SLEEP_MS) {
    const rttMs = link.answer(0, atMs)
    const succeeded = rttMs <= respTimeMs
    atMs += Math.min(rttMs, respTimeMs)
    failures = succeeded ? 0 : failures + 1
    successes = succeeded ? successes + 1 : 0
    if (succeeded !== isUp && (succeeded ? successes >= successCount : failures >= failureCount)) {
      isUp = succeeded
      tell(isUp ? "up" : "down", atMs)
    }
  }
}
