import { lastValueFrom, take, toArray } from "rxjs"
import { blackholeOf, heal } from "../../../src/lab/faults.ts"
import type { Lab } from "../../../src/lab/lab.ts"
import type { HoldEvent } from "../../../src/lab/traffic/report.ts"
import { runClient, startClient, type Client } from "../../../src/lab/users.ts"
import { untilState } from "./journal.ts"
import type { Scene } from "./scene.ts"

/** Resolves when the agent has noticed. */
export async function kill({ lab, agent }: Scene, link: string): Promise<void> {
  const down = untilState(agent, link, "down")
  await blackholeOf(lab, lab.family, link)
  await down
}

/** Resolves when it is in service again. */
export async function mend({ lab, agent }: Scene, link: string): Promise<void> {
  const up = untilState(agent, link, "up")
  await heal(lab, link)
  await up
}

/** Opens long flows, to the usual server or another. */
export async function hold(lab: Lab, count = 30, server = lab.server): Promise<Client<HoldEvent>> {
  const client = await startClient(lab, "hold", { count, every: 100, server })
  await lastValueFrom(client.reports$.pipe(take(count), toArray()))
  return client
}

/** The stories of a client's flows, without when. */
export async function stories({ lab }: Scene, { child, reports$ }: Client<HoldEvent>): Promise<readonly string[]> {
  child.kill()
  const events = await lastValueFrom(reports$.pipe(toArray()))
  const flows = [...new Set(events.map(event => event.flow))]
  const word = (event: HoldEvent) => (event.kind === "open" ? lab.linkOf(event.via) : event.kind)
  return flows.map(flow =>
    events
      .filter(event => event.flow === flow)
      .map(word)
      .join(" "),
  )
}

/** Links that new flows take now, and whether any fails. */
export async function used({ lab }: Scene, count = 60): Promise<readonly (string | null)[]> {
  const { via, failed } = await runClient(lab, "flows", { count, timeout: 900 })
  return [...Object.keys(via).map(lab.linkOf).sort(), ...(failed > 0 ? ["failed"] : [])]
}
