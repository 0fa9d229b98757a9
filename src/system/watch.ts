import { concatMap, defer, delay, finalize, interval, merge, Subject, throttle, type Observable } from "rxjs"
import type { Family } from "../core/ip-family.ts"
import { supervise, type OnTrouble } from "./supervise.ts"

/**
 * Emits at once, and whenever an interface, or an address, route, rule or rp_filter (netconf) of this family, may have
 * changed. iproute2 6.1
 * answers `ip -j monitor` with text, so what changed has to be read afresh. When an interface flaps quickly the kernel
 * itself holds its link events back for up to a second (net/core/link_watch.c).
 */
export function networkChanges(family: Family, onTrouble: OnTrouble): Observable<void> {
  return supervise("ip", [`-${family}`, "monitor", "link", "address", "route", "rule", "netconf"], onTrouble)
}

/** A reading starts five processes: while routes change without end, so many a second are enough. */
const REST_MS = 250

/**
 * Reads on each signal and every `resyncMs`, one reading at a time. After quiet it reads at once, then not again until
 * 250 ms after that reading ended: however many signals come meanwhile, exactly one more follows, so the last change is
 * never missed and nothing piles up. Emits every reading: one like the last may mean that what was mended in between is
 * broken again.
 * A reading that fails ends it with that error; subscribing again starts afresh.
 */
export function watchFacts<T>(signals: Observable<void>, read: () => Promise<T>, resyncMs = 60_000): Observable<T> {
  return defer(() => {
    const readingDone = new Subject<void>()
    return merge(signals, interval(resyncMs)).pipe(
      throttle(() => readingDone.pipe(delay(REST_MS)), { leading: true, trailing: true }),
      concatMap(() =>
        defer(read).pipe(
          finalize(() => {
            readingDone.next()
          }),
        ),
      ),
    )
  })
}
