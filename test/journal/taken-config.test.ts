import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { keepTakenConfig, readTakenConfig } from "../../src/journal/taken-config.ts"

let directory = ""
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenkeel-taken-"))
})
afterEach(() => rm(directory, { recursive: true }))

const file = "/etc/evenkeel/evenkeel.yaml"
const kept = () => join(directory, "taken-config.json")

test("a configuration that was kept is had again word for word, for the same file alone", async () => {
  const text = 'lan: eth2 # "ö"\r\n\tno YAML: {{'
  await keepTakenConfig(directory, { file, text })
  expect(await readTakenConfig(directory, file)).toBe(text)
  expect(await readTakenConfig(directory, "/etc/evenkeel/../evenkeel/evenkeel.yaml")).toBe(text)
  expect(await readTakenConfig(directory, "/tmp/evenkeel.yaml")).toBeNull()
})

test("it may hold secrets, so not everybody may read it", async () => {
  await keepTakenConfig(directory, { file, text: "" })
  expect((await stat(kept())).mode & 0o007).toBe(0)
})

test("the same is not written twice; another takes its place", async () => {
  await keepTakenConfig(directory, { file, text: "a" })
  const { ino } = await stat(kept())
  await keepTakenConfig(directory, { file, text: "a" })
  expect((await stat(kept())).ino).toBe(ino)
  await keepTakenConfig(directory, { file, text: "b" })
  expect(await readTakenConfig(directory, file)).toBe("b")
})

test("who may not read the configuration may not read what was taken of it, also when that is said later", async () => {
  const own = join(directory, "evenkeel.yaml")
  await writeFile(own, "a")
  for (const mode of [0o644, 0o600]) {
    await chmod(own, mode)
    await keepTakenConfig(directory, { file: own, text: "a" })
    // Whatever the umask takes away beside.
    expect((await stat(kept())).mode & 0o777 & ~(mode & 0o640)).toBe(0)
  }
  expect(await readTakenConfig(directory, own)).toBe("a")
})

test("what cannot be understood says why, and is written over", async () => {
  expect(await readTakenConfig(directory, file)).toBeNull()
  for (const text of ["", "{", "[]", '{"v":2,"file":"/etc/evenkeel/evenkeel.yaml","text":"a"}']) {
    await writeFile(kept(), text)
    await expect(readTakenConfig(directory, file)).rejects.toThrow()
  }
  await keepTakenConfig(directory, { file, text: "a" })
  expect(await readTakenConfig(directory, file)).toBe("a")
})
