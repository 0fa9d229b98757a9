import type { JournalEvent } from "../../../src/core/events.ts"
import type { LabAgent } from "../../../src/lab/agent.ts"
import { monotonicMs } from "../../../src/lab/clock.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import type { Attempt, HoldEvent } from "../../../src/lab/traffic/report.ts"
import { startClient } from "../../../src/lab/users.ts"

/** All that was seen of one router, with the monotonic time at which it was. */
export interface Witness {
  readonly events: readonly Seen<JournalEvent>[]
  /** What the kernel says of routes. */
  readonly routes: readonly Seen<string>[]
  /** Probes of isp1 that were answered. */
  readonly answers: readonly Seen<string>[]
  readonly attempts: readonly Attempt[]
  readonly held: readonly HoldEvent[]
  readonly stop: () => void
}

interface Seen<T> {
  readonly atMs: number
  readonly what: T
}

/** 50 connections a second, and 40 that stay open. */
const RATE = 50
const HELD = 40
/** Less than the first retransmission of a SYN: what connects has been steered well from its first packet. */
const FIRST_SYN_MS = 900

/** Connection tracking tells of the first reply to each probe, whose source is the link's own address. */
const monitors = {
  routes: ["stdbuf", "-oL", "ip", "-4", "monitor", "route"],
  answers: ["stdbuf", "-oL", "conntrack", "-E", "-e", "UPDATES", "-p", "icmp"],
}

export async function watch(lab: Lab, { events$ }: LabAgent): Promise<Witness> {
  const [events, routes, answers]: [Seen<JournalEvent>[], Seen<string>[], Seen<string>[]] = [[], [], []]
  const [attempts, held]: [Attempt[], HoldEvent[]] = [[], []]
  const watching = events$.subscribe(what => events.push({ atMs: monotonicMs(), what }))
  const heard = async (
    [file = "", ...args]: readonly string[],
    to: Seen<string>[],
    isIt: (line: string) => boolean,
  ) => {
    const { lines$ } = await lab.spawn("rtr", file, args)
    lines$.subscribe(what => {
      if (isIt(what)) to.push({ atMs: monotonicMs(), what })
    })
  }
  const isOfIsp1 = (line: string) => !line.includes(`src=${lab.link("isp2").lease.address} `)
  await heard(monitors.routes, routes, line => line.includes("table 101"))
  await heard(monitors.answers, answers, isOfIsp1)
  const attempting = await startClient(lab, "connects", { rate: RATE, timeout: FIRST_SYN_MS })
  attempting.reports$.subscribe(attempt => attempts.push(attempt))
  const holding = await startClient(lab, "hold", { count: HELD, every: 50 })
  holding.reports$.subscribe(event => held.push(event))
  const stop = () => {
    watching.unsubscribe()
  }
  return { events, routes, answers, attempts, held, stop }
}
