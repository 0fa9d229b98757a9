import { setTimeout as sleep } from "node:timers/promises"
import { connect } from "node:net"
import { once } from "node:events"
import { expect, test } from "vitest"
import type { EventDraft } from "../../src/core/events.ts"
import { startWeb } from "./support/web.ts"

const carrier: EventDraft = { type: "link.carrier", link: "isp1", carrier: false }

test("who listens is told at once how things stand", async () => {
  const { agent, listen } = await startWeb()
  const stream = await listen()
  expect(stream.response.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-store" })
  expect(await stream.next("status")).toMatchObject({ data: { ...agent.status, policies: [] } })
})

test("an event is told with its number, and how things stand then", async () => {
  const { agent, listen } = await startWeb()
  const stream = await listen()
  await stream.next("status")
  if (agent.status === undefined) throw new Error("no status")
  agent.status = { ...agent.status, rulesInSync: false }
  const event = agent.tell(carrier)
  expect(await stream.next("journal")).toEqual({ event: "journal", id: "1", data: event })
  expect(await stream.next("status")).toMatchObject({ data: { rulesInSync: false } })
})

test("how things stand is told when it has changed, and then no more than twice a second", async () => {
  const { agent, listen } = await startWeb()
  const stream = await listen()
  await stream.next("status")
  const calm = agent.status
  if (calm === undefined) throw new Error("no status")
  await sleep(1_200)
  const whileCalm = stream.came.filter(({ event }) => event === "status").length
  for (let i = 0; i < 60; i++) {
    agent.status = { ...calm, lastApply: { time: "2026-01-31T10:00:00.000Z", tookMs: i } }
    agent.tell(carrier)
    await sleep(25)
  }
  const told = stream.came.filter(({ event }) => event === "status").length - whileCalm
  expect(whileCalm).toBeLessThanOrEqual(2)
  expect(told).toBeGreaterThanOrEqual(2)
  expect(told).toBeLessThanOrEqual(5)
  expect(stream.came.filter(({ event }) => event === "journal")).toHaveLength(60)
})

test("with nobody listening, the agent is not asked for how things stand", async () => {
  const { agent } = await startWeb()
  agent.tell(carrier)
  await sleep(700)
  expect(agent.questions).toEqual([])
})

test("who comes back is told all that was missed, once and in order", async () => {
  const { agent, listen } = await startWeb()
  for (let i = 0; i < 700; i++) agent.tell(carrier)
  const stream = await listen({ "last-event-id": "100" })
  agent.tell(carrier)
  while ((await stream.next("journal")).id !== "701");
  agent.tell(carrier)
  while ((await stream.next("journal")).id !== "702");
  const ids = stream.came.filter(({ event }) => event === "journal").map(({ id }) => Number(id))
  expect(ids).toEqual(Array.from({ length: 602 }, (_, i) => i + 101))
})

test("who comes for the first time is told nothing of before", async () => {
  const { agent, listen } = await startWeb()
  agent.tell(carrier)
  const stream = await listen()
  await stream.next("status")
  agent.tell(carrier)
  expect(await stream.next("journal")).toMatchObject({ id: "2" })
})

test("whoever does not read is dropped, and the others never wait for them", async () => {
  const { agent, listen, port, get } = await startWeb()
  const stream = await listen()
  const deaf = connect(port, "127.0.0.1")
  deaf.on("error", () => undefined)
  deaf.write("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
  await once(deaf, "readable")
  deaf.pause()
  const problems = ["x".repeat(16_000)]
  // More than the kernel keeps for a connection on both of its ends.
  for (let i = 0; i < 800; i++) {
    agent.tell({ type: "config.rejected", file: "evenkeel.yaml", problems })
    if (i % 8 === 0) await sleep(1)
  }
  while ((await stream.next("journal")).id !== "800");
  expect((await get("/metrics")).text).toMatch(/^evenkeel_web_streams_dropped_total 1$/m)
  expect((await get("/metrics")).text).toMatch(/^evenkeel_web_streams 1$/m)
  deaf.destroy()
})

test("whoever has gone before the agent answered is not kept", async () => {
  const { agent, port, get } = await startWeb()
  let answer = () => {}
  agent.busy = new Promise<void>(resolve => (answer = resolve))
  const hasty = connect(port, "127.0.0.1")
  hasty.write("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
  await expect.poll(() => agent.questions.length).toBeGreaterThan(0)
  hasty.destroy()
  // Its end comes to the server before what is asked after it.
  await get("/api/v1/openapi.json")
  answer()
  expect((await get("/metrics")).text).toMatch(/^evenkeel_web_streams 0$/m)
})

test("more than can be served are sent away, until others have gone", async () => {
  const { listen, get } = await startWeb()
  const streams = await Promise.all(Array.from({ length: 256 }, () => listen()))
  await Promise.all(streams.map(stream => stream.next("status")))
  expect(await get("/api/v1/stream")).toMatchObject({ status: 503 })
  streams[0]?.close()
  await expect.poll(async () => (await get("/metrics")).text, { timeout: 5_000 }).toMatch(/^evenkeel_web_streams 255$/m)
  expect((await (await listen()).next("status")).event).toBe("status")
})
