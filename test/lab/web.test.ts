import { filter, firstValueFrom, timeout, type Observable } from "rxjs"
import { expect, test } from "vitest"
import type { JournalEvent } from "../../src/core/events.ts"
import type { Explanation, Status } from "../../src/core/status-shape.ts"
import { blackhole } from "../../src/lab/faults.ts"
import type { Sample } from "../../src/web/history.ts"
import type { StreamEvent } from "../web/support/client.ts"
import { evenkeelJson } from "./support/command.ts"
import { eventsSince, journal, lastSeq, untilEvent, untilState } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { twoLinks, withScene } from "./support/scene.ts"
import { browse, untilServed, watch, WEB, webConfig } from "./support/web.ts"

const drain = { method: "POST", path: "/api/v1/links/isp2/drain", body: "{}" } as const
const headersWith = (token: string) => ({ authorization: `Bearer ${token}`, "content-type": "application/json" })

function next(told$: Observable<StreamEvent>, isWanted: (event: StreamEvent) => boolean): Promise<StreamEvent> {
  return firstValueFrom(told$.pipe(filter(isWanted), timeout({ first: 20_000 })))
}

/** What is measured anew with every probe, or counted back from now, cannot be the same at two moments. */
function withoutMeasurements({ links, ...status }: Status) {
  const still = ({ loss, rttMs, jitterMs, since, targets, ...link }: Status["links"][number]) => ({
    ...link,
    measured: [loss, rttMs, jitterMs, since].map(value => typeof value),
    targets: targets.map(({ probe, state }) => ({ probe, state })),
  })
  return { ...status, links: links.map(still) }
}

test("a router's page shows what the commands do, tells of a failover as it happens, and steers", async () => {
  await withScene(twoLinks, { top: { web: webConfig } }, async ({ lab, agent }) => {
    await untilServed(lab)
    const told$ = await watch(lab)
    await next(told$, ({ event, data }) => event === "status" && areAsked(data as Status))

    // As the commands print it.
    const [shown, printed] = [(await browse(lab, { path: "/api/v1/status" })).json, await evenkeelJson(lab, "status")]
    expect(withoutMeasurements(shown as Status)).toEqual(withoutMeasurements(printed as Status))
    const explained = (await browse(lab, { path: "/api/v1/explain/isp1" })).json as Explanation
    const explanation = (await evenkeelJson(lab, "explain", "isp1")) as Explanation
    expect(Object.keys(explained).sort()).toEqual(Object.keys(explanation).sort())
    expect(explained.decidedBy).toEqual(explanation.decidedBy)
    expect((await browse(lab, { path: "/api/v1/events" })).json).toEqual({ events: journal(agent), truncated: false })
    expect(await browse(lab, { path: "/readyz" })).toMatchObject({ status: 200 })

    // Nothing for strangers.
    const before = lastSeq(agent)
    expect(await browse(lab, { ...drain, headers: headersWith("wrong") })).toMatchObject({ status: 401 })
    expect(await browse(lab, { path: "/", headers: { host: "evil.example" } })).toMatchObject({ status: 421 })
    expect(eventsSince(agent, before)).toEqual([])

    // For whoever has the token.
    expect(await browse(lab, { ...drain, headers: headersWith(WEB.token) })).toMatchObject({ status: 200 })
    expect(await untilEvent(agent, ({ type }) => type === "override.set")).toMatchObject({
      kind: "drain",
      link: "isp2",
    })
    await until(async () => (await carriers(lab)).join() === "1", 5_000)
    await browse(lab, { ...drain, method: "DELETE", headers: headersWith(WEB.token) })
    await until(async () => (await carriers(lab)).join() === "1,2", 5_000)

    // A failover, as it happens.
    const told = next(told$, ({ event, data }) => event === "journal" && isDown(data as JournalEvent))
    const shownDown = next(
      told$,
      ({ event, data }) => event === "status" && (data as Status).links[0]?.state === "down",
    )
    const down = untilState(agent, "isp1", "down")
    await blackhole(lab, "isp1")
    expect((await told).data).toEqual(await down)
    await shownDown
    const sample = await next(told$, ({ event, data }) => event === "sample" && hasLost(data as Sample))
    expect((sample.data as Sample).shares).toEqual({ isp1: 0, isp2: 1 })
    const { text } = await browse(lab, { path: "/metrics" })
    expect(text).toMatch(/^evenkeel_failovers_total\{link="isp1",family="ipv4"\} 1$/m)
    expect(text).toMatch(
      /^evenkeel_probes_total\{link="isp2",family="ipv4",probe="icmp 1\.1\.1\.1",outcome="reply"\} [1-9]/m,
    )
    expect((await browse(lab, { path: "/api/v1/history" })).json).toMatchObject({ stepMs: 5_000 })
  })
})

const areAsked = ({ links }: Status) => links.every(({ targets }) => targets.every(({ state }) => state === "answers"))
const isDown = (event: JournalEvent) => event.type === "link.state" && event.link === "isp1" && event.to === "down"
const hasLost = ({ series, shares }: Sample) =>
  shares["isp1"] === 0 && series.some(({ link, loss }) => link === "isp1" && loss === 1)
