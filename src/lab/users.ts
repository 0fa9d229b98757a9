import { execPath } from "node:process"
import { concat, defer, firstValueFrom, ignoreElements, lastValueFrom, map, skip, tap, type Observable } from "rxjs"
import type { ProbeSpec } from "../core/probe-spec.ts"
import type { Child, ChildExit } from "../system/run-child.ts"
import type { Lab } from "./lab.ts"
import { program } from "./paths.ts"
import type { Attempt, HoldEvent, Sent, SinkReport, Tally } from "./traffic/report.ts"

/** What each mode of client.ts reports. */
interface Reports {
  readonly connects: Attempt
  readonly flows: Tally
  readonly hold: HoldEvent
  readonly users: Attempt | HoldEvent
  readonly download: HoldEvent
  readonly upload: HoldEvent
  readonly "udp-stream": Sent
  readonly "udp-flows": Sent
  readonly "udp-mix": Sent
}

/** client.ts documents which mode takes which; times are in milliseconds unless named otherwise. */
export interface ClientOptions {
  readonly server?: string
  readonly port?: number
  readonly from?: string
  readonly label?: string
  /** JSON of a list of `Sender`. */
  readonly senders?: string
  readonly rate?: number
  readonly seconds?: number
  readonly count?: number
  readonly parallel?: number
  readonly packets?: number
  readonly every?: number
  readonly stall?: number
  readonly timeout?: number
}

export interface Client<Report> {
  readonly child: Child
  /** Every report from the first on. Completes when the client ends, also by a signal; an error if it failed. */
  readonly reports$: Observable<Report>
}

/** Starts a client in a namespace, by default on the client host. @throws RunError */
export async function startClient<Mode extends keyof Reports>(
  lab: Lab,
  mode: Mode,
  options: ClientOptions = {},
  namespace = "lan",
): Promise<Client<Reports[Mode]>> {
  const args = Object.entries({ server: lab.server, ...options }).map(([name, value]) => `--${name}=${String(value)}`)
  const child = await lab.spawn(namespace, execPath, [program("client"), mode, ...args])
  return { child, reports$: reports<Reports[Mode]>(child) }
}

/** Runs a client that has one report, and returns that. */
export async function runClient<Mode extends "flows" | "udp-stream" | "udp-flows" | "udp-mix">(
  lab: Lab,
  mode: Mode,
  options: ClientOptions = {},
  namespace = "lan",
): Promise<Reports[Mode]> {
  const { reports$ } = await startClient(lab, mode, options, namespace)
  return lastValueFrom(reports$)
}

function reports<Report>(child: Child): Observable<Report> {
  const end$ = defer(() => child.exited).pipe(tap(throwOnFailure), ignoreElements())
  return concat(child.lines$.pipe(map(line => JSON.parse(line) as Report)), end$)
}

/** To be ended by a signal is what its starter wanted. */
function throwOnFailure({ exitCode, stderr }: ChildExit): void {
  if (exitCode) throw new Error(`a program of the lab ended with exit code ${exitCode}: ${stderr}`)
}

export interface LabServer {
  readonly child: Child
  /** What UDP has arrived so far. */
  readonly received: () => Promise<SinkReport>
}

/**
 * Starts the internet's server, which answers on every target and on the whole crowd, and these probes as their targets
 * would. Resolves when it listens.
 */
export async function startServer(lab: Lab, port = 9000, answered: readonly ProbeSpec[] = []): Promise<LabServer> {
  const answers = answered.map(spec => `--answer=${JSON.stringify(spec)}`)
  const child = await lab.spawn("inet", execPath, [program("server"), `--port=${port}`, ...answers])
  const reports$ = reports<SinkReport>(child)
  await firstValueFrom(reports$)
  let asked = 0
  return {
    child,
    received: () => {
      child.tell("report")
      return firstValueFrom(reports$.pipe(skip(++asked)))
    },
  }
}
