import { exhaustMap, filter, interval, map, type Observable } from "rxjs"
import { lackingSysctls } from "./link-sysctls.ts"

/** rp_filter has netlink tell of it (devinet_conf_proc), src_valid_mark does not. */
const LOOK_MS = 5_000

/**
 * Emits at each look that finds a link interface without a sysctl that it needs, as after `sysctl --system` or a reload
 * of ufw. Not only when it was there at the look before: what was mended in between may be gone again.
 */
export function sysctlLapses(devices: readonly string[], lookMs = LOOK_MS): Observable<void> {
  return interval(lookMs).pipe(
    exhaustMap(() => lackingSysctls(devices)),
    filter(lacking => lacking.length > 0),
    map(() => undefined),
  )
}
