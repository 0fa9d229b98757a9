import { expect, test } from "vitest"
import { remembered } from "../../src/web/remembered.ts"

test("an answer serves everybody for its time", async () => {
  let [nowMs, asked] = [0, 0]
  const answer = remembered(
    100,
    () => Promise.resolve(++asked),
    () => nowMs,
  )
  expect([await answer.get(), await answer.get()]).toEqual([1, 1])
  nowMs = 99
  expect(await answer.get()).toBe(1)
  nowMs = 100
  expect(await answer.get()).toBe(2)
  answer.forget()
  expect(await answer.get()).toBe(3)
})

test("one that takes longer than its time is asked for once all the same", async () => {
  let [nowMs, asked] = [0, 0]
  let settle: (asked: number) => void = () => undefined
  const answer = remembered(
    100,
    () => (asked++, new Promise<number>(resolve => (settle = resolve))),
    () => nowMs,
  )
  const first = answer.get()
  nowMs = 500
  const second = answer.get()
  settle(7)
  expect([await first, await second, asked]).toEqual([7, 7, 1])
})

test("a failure is remembered as well, so that who is silent is not asked all the time", async () => {
  let [nowMs, asked] = [0, 0]
  const answer = remembered(
    100,
    () => (asked++, Promise.reject(new Error("silent"))),
    () => nowMs,
  )
  await expect(answer.get()).rejects.toThrow("silent")
  await expect(answer.get()).rejects.toThrow("silent")
  nowMs = 100
  await expect(answer.get()).rejects.toThrow("silent")
  expect(asked).toBe(2)
})
