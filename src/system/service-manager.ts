import { sendDatagram } from "./datagram.ts"

/** Who started this process and wants to know how it is: systemd, or another that speaks sd_notify(3). */
export interface ServiceManager {
  /** Sends these assignments together, such as `READY=1`. Never waits; false: they could not be sent, as while its queue is full. */
  readonly notify: (...assignments: readonly string[]) => boolean
  /** A process that keeps silent for this long is killed and started again (sd_watchdog_enabled(3)); null: nobody waits for it. */
  readonly watchdogMs: number | null
}

type Environment = Readonly<Record<string, string | undefined>>

/** Null: nobody asked to be told. `onTrouble` hears of the first message that could not be sent. */
export function serviceManager(
  environment: Environment,
  pid: number,
  onTrouble: (error: unknown) => void,
): ServiceManager | null {
  const socket = environment["NOTIFY_SOCKET"]
  if (socket === undefined || socket === "") return null
  let isTold = false
  const notify = (...assignments: readonly string[]) => {
    try {
      sendDatagram(socket, assignments.join("\n"))
      return true
    } catch (error) {
      if (!isTold) onTrouble(new Error(`the service manager cannot be told of this agent: ${socket}: ${String(error)}`))
      isTold = true
      return false
    }
  }
  return { notify, watchdogMs: watchdogIn(environment, pid) }
}

/** Where the service manager has a service keep its state (systemd.exec(5), `StateDirectory=`), the first of such places. */
export function stateDirectoryIn({ STATE_DIRECTORY: paths = "" }: Environment): string | null {
  return paths.split(":", 1)[0] || null
}

/** The variables are inherited: with WATCHDOG_PID, they are meant for that process alone. */
export function watchdogIn(environment: Environment, pid: number): number | null {
  const { WATCHDOG_USEC: period, WATCHDOG_PID: meant } = environment
  if (meant !== undefined && meant !== String(pid)) return null
  const ms = Number(period) / 1000
  return Number.isFinite(ms) && ms > 0 ? ms : null
}
