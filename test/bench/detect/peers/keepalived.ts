import type { Detector, Tell } from "../detector.ts"
import type { SimulatedLink } from "../link.ts"

/** `vrrp_script`, as far as it decides: keepalived.conf(5). */
export interface VrrpScript {
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly rise: number
  readonly fall: number
}

/**
 * keepalived/include/vrrp_track.h: VRRP_SCRIPT_DI 1, an interval of 1 s; VRRP_SCRIPT_DT 0, which vrrp_script_thread() in
 * keepalived/vrrp/vrrp_scheduler.c takes as "the interval"; alloc_vrrp_script() in vrrp_data.c: rise 1, fall 1.
 */
export const KEEPALIVED_DEFAULTS: VrrpScript = { intervalMs: 1000, timeoutMs: 1000, rise: 1, fall: 1 }

/** A script that pings one target once (`ping -c 1 -W 1`): what keepalived does by itself about a link that is up. */
export function keepalived(name: string, script: VrrpScript): Detector {
  return {
    name,
    watch: (link, spanMs, tell) => {
      watch(link, script, spanMs, tell)
    },
  }
}

function watch(link: SimulatedLink, { intervalMs, timeoutMs, rise, fall }: VrrpScript, spanMs: number, tell: Tell) {
  const best = rise + fall - 1
  let result = best
  let busyUntilMs = 0
  for (let atMs = intervalMs; atMs < spanMs; atMs += intervalMs) {
    // vrrp_script_thread(): a script that still runs is not started again.
    if (busyUntilMs > atMs) continue
    const rttMs = link.answer(0, atMs)
    busyUntilMs = atMs + Math.min(rttMs, timeoutMs)
    const before = result
    result = count(result, rttMs <= timeoutMs)
    if (before >= rise !== result >= rise) tell(result >= rise ? "up" : "down", busyUntilMs)
  }

  /** vrrp_script_child_thread(): 0 to rise - 1 is down, rise to rise + fall - 1 is up. */
  function count(result: number, succeeded: boolean): number {
    if (succeeded) return result < rise - 1 ? result + 1 : best
    return result > rise ? result - 1 : 0
  }
}
