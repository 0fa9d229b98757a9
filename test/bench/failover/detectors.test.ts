import { expect, test } from "vitest"
import { choose, isOwn } from "./detectors.ts"

test("without a name, every detector is compared", () => {
  const { detectors, leftOut } = choose(null, true)
  expect(new Set(detectors.map(({ name }) => name))).toEqual(new Set(["evenkeel", "lsm", "keepalived"]))
  expect(leftOut).toEqual([])
})

test("a name chooses all settings of one detector", () => {
  const { detectors } = choose("evenkeel", true)
  expect(detectors.map(({ settings }) => settings)).toEqual(["default", "fast"])
  expect(detectors.every(isOwn)).toBe(true)
})

test("what cannot run its scripts here is left out by name, never measured", () => {
  const { detectors, leftOut } = choose(null, false)
  expect(leftOut).toEqual(["keepalived, default", "keepalived, tuned"])
  expect(detectors.map(({ name }) => name)).not.toContain("keepalived")
})

test("an unknown name is an error", () => {
  expect(() => choose("mwan3", true)).toThrow("no detector mwan3")
})
