import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { cli } from "../../src/cli/cli.ts"
import { BadConfig } from "../../src/cli/failure.ts"

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenkeel-events-"))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(directory, { recursive: true })
})

/** What `events --json` prints with this configuration, and what it warns of. */
async function events(configuration: string): Promise<{ readonly out: string; readonly err: string }> {
  const file = join(directory, "evenkeel.yaml")
  await writeFile(file, configuration)
  const [out, err] = [process.stdout, process.stderr].map(stream => vi.spyOn(stream, "write").mockReturnValue(true))
  await cli(["events", "--json", "-c", file], () => Promise.reject(new Error("must not start"))).parseAsync()
  const textOf = (spy: typeof out) => spy?.mock.calls.map(([text]) => String(text)).join("") ?? ""
  return { out: textOf(out), err: textOf(err) }
}

const rejected = JSON.stringify({
  v: 1,
  seq: 1,
  time: "2026-01-31T10:00:00.000Z",
  router: "rtr-a",
  site: "home",
  type: "config.rejected",
  file: "evenkeel.yaml",
  problems: ["lnks: unknown key"],
})

test("a configuration that was rejected does not hide the event that says so", async () => {
  const stateDir = join(directory, "state")
  await mkdir(stateDir)
  await writeFile(join(stateDir, "events.jsonl"), `${rejected}\n`)
  const { out, err } = await events(`stateDir: ${stateDir}\nlnks: []\n`)
  expect(out).toBe(`${rejected}\n`)
  expect(err).toContain("lnks")
  expect(err).toContain(`The journal is read all the same, in ${stateDir}.`)
})

test("where there is no journal either, the configuration is what is wrong", async () => {
  await expect(events(`stateDir: ${directory}/none\nlnks: []\n`)).rejects.toThrow(BadConfig)
})
