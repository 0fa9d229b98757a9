import fc from "fast-check"
import { expect, it } from "vitest"
import { createAgenda } from "./agenda.ts"

it("hands out everything in order of time, whatever the order it came in", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 200 }), times => {
      const agenda = createAgenda()
      times.forEach((atMs, i) => {
        agenda.add(atMs, i, atMs - 1, 7)
      })
      const taken = times.map(() => [agenda.dueMs(), agenda.take().sentMs + 1] as const)
      const sorted = [...times].sort((a, b) => a - b)
      expect(taken).toEqual(sorted.map(atMs => [atMs, atMs]))
      expect(agenda.dueMs()).toBe(Infinity)
    }),
  )
})

it("has room for ever as long as few are under way", () => {
  const agenda = createAgenda()
  agenda.add(0, 0, 0, 1)
  const waits: number[] = []
  for (let atMs = 1; atMs < 20_000; atMs++) {
    agenda.add(atMs, atMs % 3, atMs, 1)
    waits.push(atMs - agenda.take().sentMs)
  }
  expect(new Set(waits)).toEqual(new Set([1]))
})

it("refuses to grow without end", () => {
  const agenda = createAgenda()
  const addMany = () => {
    for (let i = 0; i < 5000; i++) agenda.add(i, 0, i, 1)
  }
  expect(addMany).toThrow("more than 4096 probes under way")
})
