import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { follow } from "../../src/lab/follow.ts"

let dir = ""

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "follow-"))
})

afterEach(() => rm(dir, { recursive: true }))

test("following a file yields its whole lines as they come, also of a file that comes later or is rotated", async () => {
  const file = join(dir, "events.jsonl")
  const lines: string[] = []
  const subscription = follow(file).subscribe(line => lines.push(line))
  await writeFile(file, "one\ntwo\nthr")
  await expect.poll(() => lines).toEqual(["one", "two"])
  await appendFile(file, "ee\n")
  await expect.poll(() => lines).toEqual(["one", "two", "three"])
  await rename(file, `${file}.1`)
  await writeFile(file, "four\n")
  await expect.poll(() => lines).toEqual(["one", "two", "three", "four"])
  subscription.unsubscribe()
})

test("a late follower gets the file from its first line", async () => {
  const file = join(dir, "events.jsonl")
  await writeFile(file, "ä\nb\n")
  const lines: string[] = []
  follow(file)
    .subscribe(line => lines.push(line))
    .unsubscribe()
  expect(lines).toEqual(["ä", "b"])
})
