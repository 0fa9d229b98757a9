import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { NO_OVERRIDES } from "../../src/core/overrides.ts"
import { readableOverrides, readOverrides, writeOverrides } from "../../src/journal/overrides-file.ts"

const pin = {
  name: "pin1",
  match: { from: ["10.0.0.50"] },
  use: ["isp1"],
  ifDown: "next",
  until: "2026-01-31T12:00:00.000Z",
} as const
const kept = { drains: { isp1: { until: null, force: true } }, weights: {}, pins: [pin] }

let directory: string
const file = () => join(directory, "overrides.json")
const troubles: string[] = []
const read = () => readOverrides(directory, text => troubles.push(text))

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "overrides-"))
  troubles.length = 0
})
afterEach(() => rm(directory, { recursive: true }))

describe("what operators decided", () => {
  it("is read as it was written", async () => {
    expect(await read()).toEqual(NO_OVERRIDES)
    await writeOverrides(directory, kept)
    expect(await read()).toMatchObject(kept)
  })

  it("of a version that had no pins is read too", async () => {
    await writeFile(file(), JSON.stringify({ v: 1, drains: kept.drains, weights: {} }))
    expect(await read()).toMatchObject({ ...kept, pins: [] })
    expect(troubles).toEqual([])
  })

  it.each([
    ["half a file", '{"v":1,'],
    ["a name that is no pin's", JSON.stringify({ v: 1, ...kept, pins: [{ ...pin, name: "pin1\n-A" }] })],
    ["a pin without links", JSON.stringify({ v: 1, ...kept, pins: [{ ...pin, use: undefined }] })],
  ])("and %s is told, holds not, and is put aside by the next writing", async (_, text) => {
    await writeFile(file(), text)
    expect(await read()).toEqual(NO_OVERRIDES)
    expect(troubles).toEqual([expect.stringMatching(/drains, weights and pins .* do not hold/)])
    expect(await readFile(file(), "utf8")).toBe(text)
    await writeOverrides(directory, kept)
    expect(await read()).toMatchObject(kept)
    expect(existsSync(`${file()}.damaged`)).toBe(true)
  })

  it("in a file that cannot be read are not taken for none, and the file is put aside by the next writing", async () => {
    await mkdir(file())
    await expect(read()).rejects.toThrow(/overrides\.json cannot be read .*EISDIR/)
    expect(await readableOverrides(directory)).toEqual(NO_OVERRIDES)
    expect(troubles).toEqual([])
    await writeOverrides(directory, kept)
    expect(await read()).toMatchObject(kept)
    expect(existsSync(`${file()}.damaged`)).toBe(true)
  })
})
