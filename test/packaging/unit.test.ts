import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { execa } from "execa"
import { describe, expect, onTestFinished, test } from "vitest"
import { CONFIG, STATE_DIR } from "../../src/cli/install/places.ts"
import { DEFAULT_STATE_DIR } from "../../src/config/schema.ts"

const UNIT = "packaging/evenkeel.service"
/** systemd-analyze's exposure: 0 is a service that can do nothing, 10 one that can do all. */
const MOST_EXPOSURE = 3

describe.skipIf(!existsSync("/usr/bin/systemd-analyze"))("by systemd's own judgement", () => {
  test(`the service is exposed by ${MOST_EXPOSURE} at most`, async () => {
    const { stdout } = await execa("systemd-analyze", ["security", "--offline=true", "--no-pager", UNIT])
    const exposure = Number(/exposure level for evenkeel\.service: ([\d.]+)/.exec(stdout)?.[1])
    expect(exposure).toBeGreaterThan(0)
    expect(exposure).toBeLessThanOrEqual(MOST_EXPOSURE)
  })

  test("the unit has no line that systemd does not know", async () => {
    const { stderr } = await execa("systemd-analyze", ["verify", "--man=no", `${process.cwd()}/${UNIT}`], {
      reject: false,
    })
    // The program is not where the package puts it, and other units are not this project's.
    const about = stderr.split("\n").filter(line => line.includes("evenkeel.service"))
    expect(about.filter(line => !/is not executable|\/usr\/bin\/evenkeel/.test(line))).toEqual([])
  })
})

test("the two capabilities are all that it is given and may ever have", () => {
  const lines = readFileSync(UNIT, "utf8").split("\n")
  for (const key of ["AmbientCapabilities", "CapabilityBoundingSet"])
    expect(lines.filter(line => line.startsWith(`${key}=`))).toEqual([`${key}=CAP_NET_ADMIN CAP_NET_RAW`])
})

const before = () =>
  readFileSync(UNIT, "utf8")
    .split("\n")
    .filter(line => line.startsWith("ExecStartPre="))

test("nothing that is done before, as on a read-only file system, keeps the agent from starting when it fails", () => {
  expect(before().filter(line => !line.startsWith("ExecStartPre=-+"))).toEqual([])
})

test("it starts by its configuration, and looks at no disk but that one's before: one that hangs would hold up systemd itself", () => {
  const lines = readFileSync(UNIT, "utf8").split("\n")
  expect(lines.filter(line => line.startsWith("Condition"))).toEqual([`ConditionPathExists=${CONFIG}`])
  expect([lines.includes("StateDirectory=evenkeel"), STATE_DIR]).toEqual([true, DEFAULT_STATE_DIR])
  expect(lines.some(line => /^ExecStart=.* run --last-good$/.test(line))).toBe(true)
})

test("the service manager waits far longer for the first rules than the agent has patience", () => {
  expect(readFileSync(UNIT, "utf8")).toContain("\nTimeoutStartSec=5min\n")
})

test("a disk that hangs leaves the agent threads to look up names", () => {
  expect(readFileSync(UNIT, "utf8")).toContain("\nEnvironment=UV_THREADPOOL_SIZE=16\n")
})

// No module can be loaded here: these two programs are stand-ins that tell what they are asked.
test.each([
  ["iptables v1.8.9 (legacy)", "-qa ip_tables ip6_tables\n"],
  ["iptables v1.8.9 (nf_tables)", ""],
])("with %s, the modules asked for are: %s", async (version, asked) => {
  const directory = mkdtempSync(join(tmpdir(), "evenkeel-unit-"))
  onTestFinished(() => {
    rmSync(directory, { recursive: true })
  })
  const program = (name: string, text: string) => {
    writeFileSync(join(directory, name), `#!/bin/sh\necho "${text}"\n`, { mode: 0o755 })
  }
  program("iptables", version)
  program("modprobe", "$*")
  const script = before().flatMap(line => /-c '(.*modprobe.*)'$/.exec(line)?.[1] ?? [])
  const env = { PATH: `${directory}:${process.env["PATH"]}` }
  const { stdout } = await execa("sh", ["-c", ...script], { env, stripFinalNewline: false })
  expect(stdout).toBe(asked)
})
