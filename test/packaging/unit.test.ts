import { existsSync, readFileSync } from "node:fs"
import { execa } from "execa"
import { describe, expect, test } from "vitest"

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
