import { isIP } from "node:net"
import { of, switchMap, tap, type Observable } from "rxjs"
import type { HttpSpec } from "../src/core/probe-spec.ts"
import { exchange } from "./http-exchange.ts"
import { judge } from "./judge.ts"
import { addressOf, doubt } from "./names.ts"
import type { Pin, Probe, SpecOf } from "./probe.ts"

/**
 * One request, redirects not followed: what a captive portal answers is a loss. The line is held against its timeout by the
 * TCP handshake; an answer that has begun may take longer (`COMPLETE_MS`).
 */
export const http: Probe<SpecOf<"http">> = (pin, spec, limits) =>
  judge(
    whereabouts(pin, spec).pipe(
      switchMap(address => exchange(pin, spec, address, limits)),
      tap({
        error: () => {
          doubt(pin, spec)
        },
      }),
    ),
    limits,
    { read: answer => answer },
  )

function whereabouts(pin: Pin, spec: HttpSpec): Observable<string> {
  return isIP(spec.host) === 0 ? addressOf(pin, spec) : of(spec.host)
}
