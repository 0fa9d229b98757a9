import { mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { writeTrouble } from "../../src/system/writable.ts"

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "evenkeel-"))
})

afterEach(() => rm(dir, { recursive: true }))

test("a directory that can be written has no trouble, nor has one that can be made; it is not made", async () => {
  expect(await writeTrouble(dir)).toBeNull()
  expect(await writeTrouble(join(dir, "a/b/c"))).toBeNull()
  await expect(stat(join(dir, "a"))).rejects.toThrow(/ENOENT/)
})

test("a file in the way is told", async () => {
  await writeFile(join(dir, "file"), "")
  expect(await writeTrouble(join(dir, "file/state"))).toBe("a file is in the way")
})
