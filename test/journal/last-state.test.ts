import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"

import { scratch } from "./helpers.ts"
import { createLastStateWriter, readLastState } from "../../src/journal/last-state.ts"
import type { LastState } from "../../src/journal/last-state.ts"

const time = "2025-03-01T12:00:00.000Z"

function stateOf(reason: string): LastState {
  return {
    v: 1,
    time,
    links: { isp1: { state: "down", since: time, reason } },
    gateways: { eth0: { address: "192.0.2.10", gateway: "192.0.2.1" } },
  }
}

async function write(directory: string, ...states: LastState[]): Promise<string[]> {
  const troubles: string[] = []
  const writer = createLastStateWriter(directory, text => troubles.push(text))
  for (const state of states) writer.write(state)
  await writer.flush()
  return troubles
}

async function read(directory: string) {
  const troubles: string[] = []
  return { state: await readLastState(directory, text => troubles.push(text)), troubles }
}

test("what was written is read again, and nothing else is left beside it", async () => {
  const directory = join(await scratch(), "state")
  expect(await write(directory, stateOf("silence"))).toEqual([])
  expect(await read(directory)).toEqual({ state: stateOf("silence"), troubles: [] })
  expect(await readdir(directory)).toEqual(["state.json"])
  expect((await stat(join(directory, "state.json"))).mode & 0o737).toBe(0o600)
})

test("of many states at once, the newest wins", async () => {
  const directory = await scratch()
  await write(directory, ...Array.from({ length: 50 }, (_, n) => stateOf(String(n))))
  expect((await read(directory)).state).toEqual(stateOf("49"))
})

test("a state that comes while another is being written is written after it", async () => {
  const directory = await scratch()
  const writer = createLastStateWriter(directory, expect.unreachable)
  for (let n = 0; n < 30; n += 1) {
    writer.write(stateOf(String(n)))
    await new Promise(resolve => setImmediate(resolve))
  }
  await writer.flush()
  expect((await read(directory)).state).toEqual(stateOf("29"))
})

test("a missing state is no trouble", async () => {
  expect(await read(join(await scratch(), "missing"))).toEqual({ state: null, troubles: [] })
})

test.each([
  ["empty", ""],
  ["torn", '{"v":1,"time":"2025-'],
  ["NUL bytes", "\0\0\0\0"],
  ["of another version", JSON.stringify({ ...stateOf("x"), v: 2 })],
  ["of an unknown link state", JSON.stringify(stateOf("x")).replace("down", "sideways")],
  ["without a usable time", JSON.stringify(stateOf("x")).replaceAll(time, "yesterday")],
])("a state that is %s is ignored, and the reason is told", async (_, text) => {
  const directory = await scratch()
  await writeFile(join(directory, "state.json"), text)
  const { state, troubles } = await read(directory)
  expect(state).toBeNull()
  expect(troubles).toHaveLength(1)
  expect(troubles[0]).toContain(join(directory, "state.json"))
})

test("a failed write is told, keeps the old state, and the next write tries anew", async () => {
  const directory = await scratch()
  await write(directory, stateOf("old"))
  await mkdir(join(directory, "state.json.new")) // stands in the way of the temporary file, for root too
  expect(await write(directory, stateOf("new"))).toMatchObject([expect.stringContaining("EISDIR")])
  expect((await read(directory)).state).toEqual(stateOf("old"))
  await rm(join(directory, "state.json.new"), { recursive: true })
  expect(await write(directory, stateOf("newer"))).toEqual([])
  expect((await read(directory)).state).toEqual(stateOf("newer"))
})

test("what a crash left of an unfinished write is taken over by the next", async () => {
  const directory = await scratch()
  await writeFile(join(directory, "state.json.new"), "x".repeat(10_000))
  await write(directory, stateOf("whole"))
  expect(JSON.parse(await readFile(join(directory, "state.json"), "utf8"))).toEqual(stateOf("whole"))
  expect(await readdir(directory)).toEqual(["state.json"])
})
