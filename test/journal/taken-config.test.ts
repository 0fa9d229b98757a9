import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises"
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
let troubles: string[] = []
beforeEach(() => {
  troubles = []
})
const read = (file: string) => readTakenConfig(directory, file, text => troubles.push(text))
const kept = () => join(directory, "taken-config.json")

test("a configuration that was kept is had again word for word, for the same file alone", async () => {
  const text = 'lan: eth2 # "ö"\r\n\tno YAML: {{'
  await keepTakenConfig(directory, { file, text })
  expect(await read(file)).toBe(text)
  expect(await read("/etc/evenkeel/../evenkeel/evenkeel.yaml")).toBe(text)
  expect(await read("/tmp/evenkeel.yaml")).toBeNull()
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
  expect(await read(file)).toBe("b")
})

test("nothing kept is none, and so is another file's; neither is any trouble", async () => {
  expect(await read(file)).toBeNull()
  await keepTakenConfig(directory, { file, text: "a" })
  expect(await read("/tmp/evenkeel.yaml")).toBeNull()
  expect(troubles).toEqual([])
})

test("what cannot be understood is none, which is told without its text, and is written over", async () => {
  const texts = ["", "{ hunter2", "[]", '{"v":2,"file":"/etc/evenkeel/evenkeel.yaml","text":"hunter2"}']
  for (const text of texts) {
    await writeFile(kept(), text)
    await chmod(kept(), 0o640)
    expect(await read(file)).toBeNull()
  }
  const told = `${kept()}: the configuration that was taken last cannot be read: it is not what an agent has written`
  expect(troubles).toEqual(texts.map(() => told))
  await keepTakenConfig(directory, { file, text: "a" })
  expect(await read(file)).toBe("a")
})

test("what cannot be read is told with the reason", async () => {
  await mkdir(kept())
  expect(await read(file)).toBeNull()
  expect(troubles).toEqual([expect.stringMatching(/taken-config\.json: .* cannot be read: EISDIR/)])
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
  await rm(own)
  await keepTakenConfig(directory, { file: own, text: "a" })
  expect((await stat(kept())).mode & 0o777).toBe(0o600)
})
