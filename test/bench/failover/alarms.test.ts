import { expect, test } from "vitest"
import { alarmsIn } from "./alarms.ts"

const change = (atMs: number, isUp: boolean) => ({ atMs, isUp })

test("every change to down within the window is an alarm, and lasts until the next change", () => {
  const changes = [change(10, true), change(100, false), change(150, true), change(300, false), change(500, true)]
  expect(alarmsIn(changes, 50, 1000)).toEqual({ falseDowns: 2, downMs: 250 })
})

test("a link that stays down does so until the window ends", () => {
  expect(alarmsIn([change(100, false)], 0, 1000)).toEqual({ falseDowns: 1, downMs: 900 })
})

test("what came before or after the window does not count", () => {
  expect(alarmsIn([change(5, false), change(20, true), change(99, false)], 10, 99)).toEqual({
    falseDowns: 0,
    downMs: 0,
  })
})
