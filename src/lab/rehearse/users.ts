import { filter, lastValueFrom, take, timeout, toArray } from "rxjs"
import type { Config } from "../../core/config.ts"
import type { Lab } from "../lab.ts"
import type { Attempt, HoldEvent } from "../traffic/report.ts"
import { startClient } from "../users.ts"
import { userAddresses, USERS } from "./blueprint.ts"

/** What people on the LANs saw, who open connections all the time and keep some. */
interface Seen {
  /** In the order in which they began. */
  readonly attempts: readonly Attempt[]
  readonly holds: readonly HoldEvent[]
}

export interface Users {
  readonly leave: () => Promise<Seen>
}

/** Each tries four times a second. */
const RATE = 4 * USERS
const LONG_FLOWS = 60
/** What connects within it did so with its first SYN: the second one is sent after 1 s (RFC 6298). */
const TIMEOUT_MS = 900
const OPENING_MS = 10_000
/** One of the crowd (topology.ts), so that it is nobody's target. */
const SERVER = "100.127.0.1"

/** Resolves when all long flows are open. A router without a LAN is its own user. @throws Error when they do not open. */
export async function bringUsers(lab: Lab, config: Config): Promise<Users> {
  const from = userAddresses(config)
  const options = { server: SERVER, rate: RATE, count: LONG_FLOWS, every: 200, stall: 600, timeout: TIMEOUT_MS }
  const { child, reports$ } =
    from.length > 0
      ? await startClient(lab, "users", { ...options, from: from.join(",") })
      : await startClient(lab, "users", options, "rtr")
  const opened$ = reports$.pipe(
    filter(report => isHold(report) && report.kind === "open"),
    take(LONG_FLOWS),
  )
  await lastValueFrom(opened$.pipe(timeout(OPENING_MS)))
  return {
    leave: async () => {
      child.kill("SIGTERM")
      return sorted(await lastValueFrom(reports$.pipe(toArray())))
    },
  }
}

function isHold(report: Attempt | HoldEvent): report is HoldEvent {
  return "kind" in report
}

function sorted(reports: readonly (Attempt | HoldEvent)[]): Seen {
  const attempts = reports.flatMap(report => (isHold(report) ? [] : [report]))
  return { attempts: attempts.sort((a, b) => a.startMs - b.startMs), holds: reports.filter(isHold) }
}
