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

test("the overview groups the commands and is no wider than a terminal", async () => {
  const text = await help()
  expect(text.split("\n").filter(line => /^\S.*:$/.test(line))).toEqual([
    "See how things are:",
    "Set up:",
    "Steer by hand:",
    "Run:",
    "Options:",
  ])
  for (const command of [
    "status",
    "explain LINK",
    "drain LINK",
    "undrain LINK",
    "weight LINK N",
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
  expect(lines.length).toBeLessThanOrEqual(45)
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

test("debug refuses what selects no flow, before anything is read, and says what would", async () => {
  const refusals = {
    debug: /^say what to do: debug log, debug trace or debug counters\n/,
    "debug log --from 10.0.0.300": /^--from 10\.0\.0\.300: expected an address or a subnet, such as 10\.0\.0\.50/,
    "debug log --from fe80::1%eth0": /^--from fe80::1%eth0: expected an address/,
    "debug log --from 10.0.0.1 --to 2001:db8::1": /one is IPv4 and the other IPv6/,
    "debug log --dport 443": /say of which protocol, --proto tcp or --proto udp$/,
    "debug log --proto tcp --dport 70000": /expected a port from 1 to 65535$/,
    "debug log --rate 0": /expected a whole number from 1 to 1000$/,
    "debug log --for 60": /^--for 60: expected a duration from 1s to 24h/,
    "debug log --for 25h": /^--for 25h: expected a duration from 1s to 24h/,
    "debug trace": /^say which flow: --from ADDRESS, --to ADDRESS, or both$/,
    "debug trace --to 1.1.1.1 --packets 0": /expected a whole number from 1 to 100$/,
    "debug clean FORWARD": /^FORWARD is no chain of evenkeel debug$/,
  }
  for (const [words, message] of Object.entries(refusals)) expect(await refusal(...words.split(" "))).toMatch(message)
})

test("two configurations are one too many, whichever command is to read them", async () => {
  for (const command of ["rehearse", "status"])
    expect(await refusal(command, "-c", "/a.yaml", "--config", "/b.yaml")).toMatch(
      /^--config is given 2 times: name one file\n/,
    )
})
