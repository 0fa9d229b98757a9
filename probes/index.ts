import type { Observable } from "rxjs"
import type { ProbeSpec } from "../src/core/probe-spec.ts"
import type { Outcome } from "../src/core/outcome.ts"
import { dns } from "./dns.ts"
import { http } from "./http.ts"
import { icmp } from "./icmp.ts"
import type { Limits, Pin, Probe, SpecOf } from "./probe.ts"
import { tcp } from "./tcp.ts"

export { nameServers } from "./name-servers.ts"
export { overhear } from "./overhear.ts"
export type { Limits, Pin } from "./probe.ts"

const registry: { readonly [K in ProbeSpec["kind"]]: Probe<SpecOf<K>> } = { icmp, tcp, http, dns }

/** Sends one probe of whatever kind through the pinned link; see `Probe` for what comes back. */
export function probe(pin: Pin, spec: ProbeSpec, limits: Limits): Observable<Outcome> {
  // The registry's type ties each kind to its own spec; TypeScript cannot carry that tie through one lookup.
  const ask = registry[spec.kind] as Probe<ProbeSpec>
  return ask(pin, spec, limits)
}
