import { setTimeout as sleep } from "node:timers/promises"
import type { AlertConfig, Plain } from "../core/alerts/config.ts"
import type { Lines } from "../core/alerts/known.ts"
import { runAlert, type Tools } from "./alert.ts"
import { retryMs } from "./backoff.ts"
import { forgetOthers } from "./state-file.ts"

/** All alerts of a configuration; it can be copied into another thread. */
export interface AlertsErrand {
  readonly alerts: readonly AlertConfig<Plain>[]
  readonly lines: Lines
}

/**
 * Runs every alert until `signal`, each by itself; what is kept of others is dropped. The caller sees to it that nobody
 * else works on the same folder (lock.ts). @throws Error when it cannot be known what is kept of others
 */
export async function runAlerts({ alerts, lines }: AlertsErrand, tools: Tools, signal: AbortSignal): Promise<void> {
  await dropOthers(tools, alerts)
  await Promise.all(alerts.map(alert => keepRunning(alert, lines, tools, signal)))
}

/** One that cannot go on, since a file of it cannot be read, holds up none of the others: somebody may mend that. */
async function keepRunning(alert: AlertConfig<Plain>, lines: Lines, tools: Tools, signal: AbortSignal): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await runAlert(alert, lines, tools, signal)
    } catch (error) {
      tools.warn(`alert ${alert.name} cannot go on, and is tried again: ${String(error)}`)
      const restMs = retryMs({ failures, isRefused: false, retryAfterMs: null }, tools.patience)
      await sleep(restMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** Alerts that the configuration has no more have nothing more to say. */
export async function dropOthers(
  { stateDir, warn }: Pick<Tools, "stateDir" | "warn">,
  alerts: readonly { readonly name: string }[],
): Promise<void> {
  const forgotten = await forgetOthers(
    stateDir,
    alerts.map(({ name }) => name),
  )
  for (const { name, pending } of forgotten)
    warn(`alert ${name} is not in the configuration any more: its ${pending} waiting messages are dropped`)
}
