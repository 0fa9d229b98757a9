import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { createDecided } from "../../src/agent/decided.ts"
import { NO_OVERRIDES, withOverride, type Overrides } from "../../src/core/overrides.ts"
import type { Pin } from "../../src/core/pins.ts"
import { createDisk } from "../../src/files/disk.ts"
import { readOverrides } from "../../src/journal/overrides-file.ts"

const until = null
const drained = (overrides: Overrides, link: string) =>
  withOverride(overrides, { kind: "drain", link, until, force: false })

function pin(name: string, from: string): Pin {
  const asked = { match: { from: [from] }, use: ["isp1"], ifDown: "next" } as const
  return { ...asked, name, until, policy: { name, match: { from } } as never }
}

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "decided-"))
})
afterEach(() => rm(directory, { recursive: true }))
const kept = () =>
  readOverrides(directory, text => {
    throw new Error(text)
  })
const decide = (known: Overrides | null) => createDecided(known, createDisk(), directory)

test("what is decided holds at once and is kept", async () => {
  const decided = decide(NO_OVERRIDES)
  const writing = decided.change(drained(NO_OVERRIDES, "isp1"))
  expect(decided.overrides$.value.drains).toHaveProperty("isp1")
  expect(await writing).toBe("")
  expect(await kept()).toMatchObject({ drains: { isp1: { until } } })
  expect(await decided.takeBack({ kind: "drain", link: "isp1" })).toBe("")
  expect(await kept()).toMatchObject({ drains: {} })
})

test("until it is known what was decided before, nothing is written over it, and what is taken back stays so", async () => {
  const decided = decide(null)
  expect(decided.isAll()).toBe(false)
  expect(await decided.change(drained(NO_OVERRIDES, "isp1"))).toContain("has not been read yet")
  await decided.takeBack({ kind: "drain", link: "isp1" })
  await decided.takeBack({ kind: "pin", name: "pin2" })
  expect(await kept()).toEqual(NO_OVERRIDES)

  const before = {
    ...drained(drained(NO_OVERRIDES, "isp1"), "isp2"),
    pins: [pin("pin1", "10.0.0.1"), pin("pin2", "10.0.0.2")],
  }
  expect(await decided.complete(before)).toBe("")
  expect(decided.isAll()).toBe(true)
  expect(await kept()).toMatchObject({ drains: { isp2: {} }, pins: [{ name: "pin1" }] })
  expect(Object.keys(decided.overrides$.value.drains)).toEqual(["isp2"])
})

test("a pin that was given and taken back meanwhile takes no older one of its name with it", async () => {
  const decided = decide(null)
  await decided.change({ ...NO_OVERRIDES, pins: [pin("pin1", "10.0.0.9")] })
  await decided.takeBack({ kind: "pin", name: "pin1" })
  await decided.complete({ ...NO_OVERRIDES, pins: [pin("pin1", "10.0.0.1")] })
  expect(decided.overrides$.value.pins).toMatchObject([{ name: "pin1", match: { from: ["10.0.0.1"] } }])
})

test("a disk that refuses is told, and what was decided holds all the same", async () => {
  const file = join(directory, "a-file")
  await writeFile(file, "")
  const decided = createDecided(NO_OVERRIDES, createDisk(), file)
  expect(await decided.change(drained(NO_OVERRIDES, "isp1"))).toMatch(/^; but a restart may not know of it: .*ENOTDIR/)
  expect(decided.overrides$.value.drains).toHaveProperty("isp1")
})
