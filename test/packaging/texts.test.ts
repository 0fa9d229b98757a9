import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execa } from "execa"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { textsOf, type Texts } from "../../packaging/texts.ts"
import { cli } from "../../src/cli/cli.ts"

const start = () => Promise.reject(new Error("must not start"))

async function help(words: readonly string[]): Promise<string> {
  const log = vi.spyOn(console, "log").mockReturnValue()
  await cli([...words, "--help"], start).parseAsync()
  const text = log.mock.calls.flat().join("\n")
  log.mockRestore()
  return text
}

let texts: Texts
let directory: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "evenkeel-texts-"))
  texts = await textsOf(help, "1.2.3", "2026-01-31")
  writeFileSync(join(directory, "evenkeel.8"), texts.man)
  writeFileSync(join(directory, "evenkeel"), texts.bash)
})

afterAll(() => {
  rmSync(directory, { recursive: true })
})

describe.skipIf(!existsSync("/usr/bin/man"))("the man page", () => {
  const shown = async () =>
    execa("man", ["--warnings", "-l", join(directory, "evenkeel.8")], { env: { MANWIDTH: "80", LC_ALL: "C.UTF-8" } })

  test("has no fault that man knows of", async () => {
    expect((await shown()).stderr).toBe("")
  })

  test("names every command, with its arguments and options", async () => {
    const { stdout } = await shown()
    for (const words of ["pin add [what] [link]", "explain LINK", "watch", "--max-outage", "EXIT STATUS", "(default:"])
      expect(stdout).toContain(words)
    expect(stdout).toContain("EVENKEEL(8)")
    expect(stdout).toContain("evenkeel 1.2.3")
  })
})

/** What a real bash offers for the last of these words. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _evenkeel; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = await execa("bash", [
    "-c",
    script,
    "bash",
    join(directory, "evenkeel"),
    "evenkeel",
    ...words,
  ])
  expect(stderr).toBe("")
  return stdout.split("\n").filter(Boolean)
}

describe("completion in a real bash", () => {
  test("offers commands", async () => {
    expect(await offered("")).toEqual(expect.arrayContaining(["status", "watch", "run", "pin", "--config"]))
    expect(await offered("re")).toEqual(["rehearse"])
    expect(await offered("un")).toEqual(expect.arrayContaining(["undrain", "uninstall"]))
  })

  test("offers what stands below a command", async () => {
    expect(await offered("pin", "")).toEqual(expect.arrayContaining(["add", "list", "remove"]))
    expect(await offered("pin", "r")).toEqual(["remove"])
  })

  test("offers the options of a command, wherever the configuration is named", async () => {
    expect(await offered("events", "--f")).toEqual(["--follow"])
    expect(await offered("-c", "some.yaml", "events", "--f")).toEqual(["--follow"])
    expect(await offered("pin", "add", "10.0.0.1", "--if")).toEqual(["--if-down"])
  })

  test("offers what an option may be, and files for the configuration", async () => {
    expect(await offered("pin", "add", "--if-down", "")).toEqual(["next", "balance", "block"])
    expect(await offered("check", "-c", join(directory, "even"))).toEqual(
      expect.arrayContaining([join(directory, "evenkeel"), join(directory, "evenkeel.8")]),
    )
  })
})
