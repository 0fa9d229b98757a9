import type { Attempt } from "../traffic/report.ts"
import { USERS } from "./blueprint.ts"
import { outageFromMs, type Recording } from "./recording.ts"

/**
 * The longest time that one user could open no connection: from the first that failed to the next that did not. Users take
 * turns, so one user's attempts are every tenth.
 */
export function newConnectionsMs(recording: Recording): number {
  const users = Array.from({ length: USERS }, (_, user) => user)
  return Math.max(...users.map(user => cutOffMs(turnsOf(recording, user), recording)))
}

function turnsOf({ attempts }: Recording, user: number): readonly Attempt[] {
  return attempts.filter((_, index) => index % USERS === user)
}

function cutOffMs(attempts: readonly Attempt[], recording: Recording): number {
  const fromMs = outageFromMs(recording)
  let longestMs = 0
  let sinceMs: number | null = null
  const end = (atMs: number) => {
    if (sinceMs !== null) longestMs = Math.max(longestMs, atMs - Math.max(sinceMs, fromMs))
    sinceMs = null
  }
  for (const { ok, startMs } of attempts)
    if (ok) end(startMs)
    else sinceMs ??= startMs
  end(recording.endMs)
  return longestMs
}
