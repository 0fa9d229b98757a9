import { expect, test } from "vitest"
import type { EventDraft } from "../../src/core/events.ts"
import { startWeb, type Web } from "./support/web.ts"

const HOUR_MS = 3_600_000
const carrier = (link: string): EventDraft => ({ type: "link.carrier", link, carrier: false })
const stopped: EventDraft = { type: "agent.stopped", reason: "SIGTERM" }

async function numbers(
  { get }: Web,
  query: string,
): Promise<readonly [numbers: readonly number[], truncated: boolean]> {
  const { status, json } = await get(`/api/v1/events${query}`)
  expect(status).toBe(200)
  const { events, truncated } = json as { events: readonly { seq: number }[]; truncated: boolean }
  return [events.map(({ seq }) => seq), truncated]
}

test("events are the newest, oldest first, and whether there were more", async () => {
  const web = await startWeb()
  for (let i = 0; i < 5; i++) web.agent.tell(stopped)
  expect(await numbers(web, "")).toEqual([[1, 2, 3, 4, 5], false])
  expect(await numbers(web, "?limit=2")).toEqual([[4, 5], true])
  expect(await numbers(web, "?limit=5")).toEqual([[1, 2, 3, 4, 5], false])
  expect(await numbers(web, "?since=3")).toEqual([[4, 5], false])
  expect(await numbers(web, "?since=99")).toEqual([[], false])
})

test("events are whole, as the journal has them", async () => {
  const { agent, get } = await startWeb()
  agent.tell(carrier("isp1"))
  expect((await get("/api/v1/events")).json).toEqual({ events: agent.journal, truncated: false })
})

test("events may be of one link, of some types, of the last hours", async () => {
  const web = await startWeb()
  const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS).toISOString()
  web.agent.tell(stopped, ago(30))
  web.agent.tell(carrier("isp1"), ago(25))
  web.agent.tell(carrier("isp2"), ago(2))
  web.agent.tell(carrier("isp1"), ago(1))
  expect(await numbers(web, "?link=isp1")).toEqual([[2, 4], false])
  expect(await numbers(web, "?since=24h")).toEqual([[3, 4], false])
  expect(await numbers(web, "?since=24h&link=isp1&limit=1")).toEqual([[4], false])
  expect(await numbers(web, "?type=link.carrier")).toEqual([[2, 3, 4], false])
  expect(await numbers(web, "?type=link.carrier&type=agent.stopped")).toEqual([[1, 2, 3, 4], false])
  expect(await numbers(web, "?type=no.such")).toEqual([[], false])
})

test("a rare event is found however far back it is", async () => {
  const web = await startWeb()
  web.agent.tell(carrier("isp1"))
  for (let i = 0; i < 20_000; i++) web.agent.tell(stopped)
  expect(await numbers(web, "?link=isp1")).toEqual([[1], false])
  expect((await numbers(web, "?limit=5000"))[0]).toHaveLength(5000)
})
