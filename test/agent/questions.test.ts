import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { createQuestions } from "../../src/agent/questions.ts"
import type { WebTold } from "../../src/agent/web-messages.ts"

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test("each answer finds its question, in whatever order they come", async () => {
  const asked: WebTold[] = []
  const { ask, obey, settle } = createQuestions(question => asked.push(question))
  const [status, explained, done] = [
    ask("status"),
    ask("explain", "isp1"),
    obey({ do: "clear", kind: "drain", link: "a" }),
  ]
  expect(asked).toMatchObject([
    { kind: "ask", path: ["status"] },
    { kind: "ask", path: ["explain", "isp1"] },
    { kind: "order", order: { do: "clear" } },
  ])
  settle({ kind: "obeyed", id: 3, obeyed: { ok: true, said: "" } })
  settle({ kind: "answer", id: 2, json: null })
  settle({ kind: "answer", id: 1, json: '{"pid":1}' })
  settle({ kind: "answer", id: 1, json: '{"pid":2}' })
  expect([await status, await explained, await done]).toEqual([{ pid: 1 }, undefined, { ok: true, said: "" }])
})

test("an agent that is silent is given up after 2 s, and after so many questions at once", async () => {
  const { ask } = createQuestions(() => undefined)
  const silent = expect(ask("status")).rejects.toMatchObject({ status: 503 })
  await vi.advanceTimersByTimeAsync(2_000)
  await silent
  const open = Array.from({ length: 64 }, () => expect(ask("status")).rejects.toMatchObject({ status: 503 }))
  await expect(ask("status")).rejects.toMatchObject({ status: 503 })
  await vi.advanceTimersByTimeAsync(2_000)
  await Promise.all(open)
})
