import { tap } from "rxjs"
import type { DnsSpec } from "../src/core/probe-spec.ts"
import { isSameAddress } from "./address.ts"
import type { Answer } from "./dns-message.ts"
import { query } from "./dns-query.ts"
import { Failure } from "./failure.ts"
import { judge } from "./judge.ts"
import type { Probe, SpecOf } from "./probe.ts"

/** One question to a name server. */
export const dns: Probe<SpecOf<"dns">> = (pin, spec, limits) =>
  judge(
    query(pin, spec, spec).pipe(
      tap(answer => {
        demand(answer, spec)
      }),
    ),
    limits,
  )

/**
 * That a name does not exist can only be known by asking, so it proves the path. What a forwarder says by itself when
 * it cannot ask does not: SERVFAIL and REFUSED come from many a modem whose line is dead. @throws Failure
 */
function demand({ rcode, addresses, isTruncated }: Answer, { answer: expected }: DnsSpec): void {
  if (expected === null && (rcode === "NOERROR" || rcode === "NXDOMAIN")) return
  if (expected !== null && addresses.some(({ address }) => isSameAddress(address, expected))) return
  throw new Failure("answer", found(rcode, addresses[0]?.address, isTruncated) + (expected ? `, not ${expected}` : ""))
}

function found(rcode: string, first: string | undefined, isTruncated: boolean): string {
  if (rcode !== "NOERROR") return `the name server says ${rcode}`
  if (first !== undefined) return `the name server says ${first}`
  return `the name server says ${isTruncated ? "no more than that it is too much" : "nothing"}`
}
