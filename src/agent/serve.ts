import { defer, finalize, NEVER, type BehaviorSubject, type Observable } from "rxjs"
import { serveControl, type Agent, type Obeyed } from "../control/server.ts"
import type { Config } from "../core/config.ts"
import { listed } from "../core/overrides.ts"
import { explain, statusOf } from "../core/status.ts"
import type { Status } from "../core/status-shape.ts"
import { wallTime } from "./clock.ts"
import type { Desk } from "./desk.ts"
import { orderShape } from "./order-shape.ts"
import { policiesNow } from "./policies-now.ts"
import { isConnected, type ShareState } from "./shared.ts"
import type { Sharing } from "./sharing.ts"
import type { Steering } from "./steering.ts"
import type { Views } from "./watch-families.ts"

/** What there is to be asked about. `since`: start of the agent. */
export interface Known {
  readonly views$: BehaviorSubject<Views | null>
  readonly sharing: Sharing
  readonly steering: Steering
  readonly since: string
}

/**
 * Answers questions about the agent on its control socket. Without one the agent works just as well, but unseen. One that
 * comes after the end is closed too: it would keep a process alive that has nothing left to do.
 */
export function serve(desk: Pick<Desk, "warn">, { socket }: Pick<Config, "socket">, agent: Agent): Observable<never> {
  return defer(() => {
    const served = serveControl(socket, agent).catch((error: unknown) => {
      desk.warn(new Error(`status and explain will not work: ${String(error)}`))
    })
    return NEVER.pipe(finalize(() => void served.then(control => control?.close())))
  })
}

/** Who answers and obeys, whichever way somebody asks. */
export function agentOf(desk: Desk, known: Known): Agent {
  return { answer: path => answer(path, desk, known), obey: order => obey(order, known) }
}

async function obey(sent: unknown, { views$, steering }: Known): Promise<Obeyed> {
  const order = orderShape.safeParse(sent)
  if (!order.success) return { ok: false, said: "the agent does not understand this order: is it of another version?" }
  const views = views$.value
  if (views === null) return { ok: false, said: "the agent is just starting: try again in a second" }
  return steering.obey(
    order.data,
    [views.ipv4, views.ipv6].flatMap(view => view?.world ?? []),
  )
}

async function answer(
  [what, name]: readonly string[],
  desk: Desk,
  { views$, sharing, steering, since }: Known,
): Promise<unknown> {
  const views = views$.value
  if (views === null) return undefined
  const known = { ipv4: views.ipv4.world, ipv6: views.ipv6?.world ?? null, wallTime }
  if (what === "status") {
    const share = shareStatus(sharing.state(), known.ipv4.config, desk.journal.lastSeq)
    const overrides = listed(steering.current())
    const peers = await sharing.peers()
    return statusOf(known, { pid: process.pid, since, ...rulesStatus(views), overrides, share, peers })
  }
  if (what === "policies") return policiesNow(desk, views)
  if (what === "explain" && name !== undefined) return explain(known, name, performance.now()) ?? undefined
  return undefined
}

function rulesStatus({ ipv4, ipv6 }: Views): Pick<Status, "rulesInSync" | "lastApply"> {
  const applied = [ipv4.lastApply, ipv6?.lastApply ?? null].filter(apply => apply !== null)
  const lastApply = applied.sort((a, b) => b.time.localeCompare(a.time))[0] ?? null
  return { rulesInSync: ipv4.isInSync() && (ipv6?.isInSync() ?? true), lastApply }
}

function shareStatus(state: ShareState, { share }: Config, lastSeq: number): Status["share"] {
  const lag = state.publishedSeq === null ? null : Math.max(0, lastSeq - state.publishedSeq)
  const connected = isConnected(state) === true
  return { connected, lag, error: connected || share === null ? null : state.error || "no answer yet" }
}
