import { familyOf, type ProbeSpec } from "../../core/probe-spec.ts"
import type { LabProbe } from "../answers.ts"

/**
 * What a lab asks instead of a link's probes. Whoever is asked by `http` or `dns` is pinged there, under an address that
 * is nobody's (RFC 5737): a lab has no names and no certificates. It speaks IPv4 only.
 */
export function standIns(probes: readonly ProbeSpec[]): readonly LabProbe[] {
  return probes
    .filter(spec => familyOf(spec) === 4)
    .map((spec, index) => (isAnswered(spec) ? spec : { kind: "icmp", address: `192.0.2.${index + 1}` }))
}

export function isAnswered(spec: ProbeSpec): spec is LabProbe {
  return spec.kind === "icmp" || spec.kind === "tcp"
}

/** As the configuration file has it. */
export function inWords(spec: LabProbe): object {
  return spec.kind === "icmp" ? { icmp: spec.address } : { tcp: `${spec.address}:${spec.port}` }
}
