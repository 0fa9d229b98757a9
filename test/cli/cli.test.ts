import { afterEach, expect, test, vi } from "vitest"
import { cli } from "../../src/cli/cli.ts"
import { BadUsage } from "../../src/cli/failure.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

const start = () => Promise.reject(new Error("must not start"))

async function help(...words: readonly string[]): Promise<string> {
  const log = vi.spyOn(console, "log").mockReturnValue()
  await cli([...words, "--help"], start).parseAsync()
  return log.mock.calls.flat().join("\n")
}

async function refusal(...words: readonly string[]): Promise<string> {
  const parsed = async () => cli(words, start).parseAsync()
  const error: unknown = await parsed().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(BadUsage)
  return error instanceof Error ? error.message : ""
}

test("the overview groups the commands and fits a terminal", async () => {
  const text = await help()
  expect(text.split("\n").filter(line => /^\S.*:$/.test(line))).toEqual([
    "See how things are:",
    "Set up:",
    "Run:",
    "Options:",
  ])
  for (const command of [
    "status",
    "explain LINK",
    "events",
    "flows",
    "doctor",
    "check",
    "plan",
    "apply",
    "teardown",
    "run",
  ])
    expect(text).toMatch(new RegExp(`^  ${command} +\\S`, "m"))
  const lines = text.split("\n")
  expect(lines.filter(line => line.length > 80)).toEqual([])
  expect(lines.length).toBeLessThanOrEqual(32)
})

test("each command has help of its own", async () => {
  const text = await help("events")
  expect(text).toMatch(/^evenkeel events \[options\]: the journal/)
  for (const option of ["--follow", "--since", "--link", "--type", "--json", "--config"]) expect(text).toContain(option)
})

test("a word that is nearly a command is understood, and nothing is run", async () => {
  expect(await refusal("staus")).toBe("no such command; did you mean status?\nFind out more: evenkeel --help")
})

test("unknown commands, options and extra words are refused with a hint", async () => {
  expect(await refusal("frobnicate")).toMatch(/frobnicate\nFind out more: evenkeel --help$/)
  expect(await refusal("status", "--jsn")).toMatch(/jsn/)
  expect(await refusal("plan", "extra")).toMatch(/extra/)
  expect(await refusal("status", "-c")).toMatch(/Not enough arguments following: c/)
  expect(await refusal()).toMatch(/^say what to do\n/)
})

test("a bad --type or --since is refused before anything is read, with what is allowed", async () => {
  expect(await refusal("events", "--type", "weight.applied")).toMatch(/link\.state.*did you mean weights\.applied\?/)
  expect(await refusal("events", "--since", "soon")).toMatch(/45s, 30m, 2h, 7d/)
})
