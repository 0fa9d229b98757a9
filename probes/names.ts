import {
  catchError,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  map,
  merge,
  of,
  ReplaySubject,
  share,
  take,
  takeUntil,
  tap,
  throwIfEmpty,
  timer,
  type Observable,
} from "rxjs"
import type { HttpSpec, NameServer } from "../src/core/probe-spec.ts"
import { isElsewhere } from "./address.ts"
import type { Answer, KnownAddress, Question } from "./dns-message.ts"
import { query } from "./dns-query.ts"
import { Failure } from "./failure.ts"
import { systemError } from "./libc.ts"
import { nameServers } from "./name-servers.ts"
import type { Pin } from "./probe.ts"

/** What is known of one name over one link. */
interface Entry {
  readonly address: string | null
  /** Monotonic: when to ask again. */
  readonly freshUntilMs: number
  /** A look-up that is under way. */
  readonly asked$: Observable<string> | null
}

type Target = Pick<HttpSpec, "host" | "family" | "resolver">

/** Nobody waits longer for a name server. It ends by itself then, also when nobody waits at all. */
const LOOKUP_MS = 1000
/** Shorter TTLs would have every other probe ask, longer ones keep an address for days. */
const [LEAST_MS, MOST_MS] = [10_000, 3_600_000]
/** Beyond that many it begins anew: reloads may leave names behind. */
const MOST_NAMES = 256

const UNKNOWN: Entry = { address: null, freshUntilMs: -Infinity, asked$: null }
const known = new Map<string, Entry>()

const keyOf = (pin: Pin, { host, family, resolver }: Target) =>
  JSON.stringify([pin.interface, pin.mark, host, family, resolver])

/**
 * The address of a name, as asked over the pinned link. An address that is known is given at once, however old it is, and
 * an old one is asked for anew beside it: no probe waits for a name server but the first (RFC 8767 serves stale answers
 * for the same reason). Errors as `blame` understands.
 */
export function addressOf(pin: Pin, target: Target, now = () => performance.now()): Observable<string> {
  return defer(() => {
    const key = keyOf(pin, target)
    const { address, freshUntilMs } = known.get(key) ?? UNKNOWN
    if (address === null) return lookUp(key, pin, target, now)
    if (now() < freshUntilMs) return of(address)
    const renewal$ = lookUp(key, pin, target, now).pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    )
    return merge(of(address), renewal$)
  })
}

/** What was found there is not what it should be: a captive portal may have told the address, or the host has moved. */
export function doubt(pin: Pin, target: Target): void {
  const key = keyOf(pin, target)
  const entry = known.get(key)
  if (entry !== undefined) known.set(key, { ...entry, freshUntilMs: -Infinity })
}

/** One look-up at a time for each name and link, whoever waits for it, and also when nobody does any more. */
function lookUp(key: string, pin: Pin, target: Target, now: () => number): Observable<string> {
  const before = known.get(key) ?? UNKNOWN
  if (before.asked$ !== null) return before.asked$
  const asked$ = ask(pin, target).pipe(
    tap(({ address, ttlMs }) => {
      const freshUntilMs = now() + Math.min(MOST_MS, Math.max(LEAST_MS, ttlMs))
      known.set(key, { address, freshUntilMs, asked$: null })
    }),
    map(({ address }) => address),
    finalize(() => known.set(key, { ...(known.get(key) ?? UNKNOWN), asked$: null })),
    share({
      connector: () => new ReplaySubject(1),
      resetOnRefCountZero: false,
      resetOnComplete: false,
      resetOnError: false,
    }),
  )
  if (known.size >= MOST_NAMES) known.clear()
  known.set(key, { ...before, asked$ })
  return asked$
}

/** All name servers at once: the first that knows it is believed, and their last excuse is told when none does. */
function ask(pin: Pin, { host, family, resolver }: Target): Observable<KnownAddress> {
  const servers = resolver === null ? nameServers() : [resolver]
  const question: Question = { name: host, type: family === 4 ? "A" : "AAAA" }
  let excuse: unknown =
    servers.length > 0 ? systemError("ETIMEDOUT", "look-up") : new Error(`no name server for ${host}: set resolver`)
  const askOne = (server: NameServer) =>
    query(pin, server, question).pipe(
      take(1),
      map(answer => addressIn(answer, question)),
      catchError((error: unknown) => {
        excuse = error
        return EMPTY
      }),
    )
  return merge(...servers.map(askOne)).pipe(
    take(1),
    takeUntil(timer(LOOKUP_MS)),
    throwIfEmpty(() => excuse),
  )
}

/** @throws Failure */
function addressIn({ rcode, addresses }: Answer, { name, type }: Question): KnownAddress {
  const [first] = addresses
  if (first === undefined)
    throw new Failure("name", `the name server says ${rcode === "NOERROR" ? `no ${type}` : rcode} for ${name}`)
  if (!isElsewhere(first.address)) throw new Failure("name", `the name server says ${first.address} for ${name}`)
  return first
}
