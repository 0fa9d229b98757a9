import type { AlertConfig, Plain } from "../core/alerts/config.ts"
import type { Lines } from "../core/alerts/known.ts"
import { runAlert, type Tools } from "./alert.ts"
import { forgetOthers } from "./state-file.ts"

/** All alerts of a configuration; it can be copied into another thread. */
export interface AlertsErrand {
  readonly alerts: readonly AlertConfig<Plain>[]
  readonly lines: Lines
}

/**
 * Runs every alert until `signal`, each by itself; what is kept of others is dropped. The caller sees to it that nobody
 * else works on the same folder (lock.ts). @throws Error when one of them cannot go on.
 */
export async function runAlerts({ alerts, lines }: AlertsErrand, tools: Tools, signal: AbortSignal): Promise<void> {
  await dropOthers(tools, alerts)
  await Promise.all(alerts.map(alert => runAlert(alert, lines, tools, signal)))
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
