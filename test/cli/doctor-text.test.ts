import { expect, test } from "vitest"
import { doctorText } from "../../src/cli/doctor-text.ts"
import { note, ok, problem, warning } from "../../src/core/diagnose/finding.ts"
import { PLAIN } from "./stories.ts"

const text = "the kernel forwards nothing (net.ipv4.ip_forward is 0): the LAN has no way out"
const findings = [
  problem("forwarding", text, "sysctl -w net.ipv4.ip_forward=1"),
  warning("agent", "not running", "evenkeel run"),
  ok("tools", "ip"),
  note("targets", "shared"),
]

test("what matters most comes last, each with the command to copy", () => {
  expect(doctorText(findings, PLAIN, 80)).toBe(`\
ok       tools       ip
note     targets     shared
warning  agent       not running
                     → evenkeel run
PROBLEM  forwarding  the kernel forwards nothing (net.ipv4.ip_forward is 0): the
                     LAN has no way out
                     → sysctl -w net.ipv4.ip_forward=1

1 problem, 1 warning.`)
})

test("where nobody looks at a terminal, a finding is one line", () => {
  expect(doctorText(findings, PLAIN, Infinity)).toContain(`PROBLEM  forwarding  ${text}\n`)
})

test("it ends with a verdict", () => {
  const last = (...some: Parameters<typeof doctorText>[0]) => doctorText(some, PLAIN, 80).split("\n").at(-1)
  expect(last(ok("tools", "ip"), note("targets", "shared"))).toBe("All is well.")
  expect(last(warning("agent", "not running", "evenkeel run"))).toBe("No problem, 1 warning.")
})
