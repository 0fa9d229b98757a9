import { expect, test } from "vitest"
import { BadConfig, BadUsage, exitCodeOf, Failure, messageOf } from "../../src/cli/failure.ts"
import { RunError } from "../../src/system/run-error.ts"

test("what the user got wrong is 2, whatever else fails is 1", () => {
  expect(exitCodeOf(new BadUsage("no such command"))).toBe(2)
  expect(exitCodeOf(new BadConfig("f", [{ path: "lan", message: "missing" }]))).toBe(2)
  expect(exitCodeOf(new Failure("stuck"))).toBe(1)
  expect(exitCodeOf(new Error("x"))).toBe(1)
})

test("who lacks rights is told to use sudo; root is not, and neither is any other failure", () => {
  const refused = new RunError("iptables-nft-save", [], { exitCode: 4, stderr: "Permission denied (you must be root)" })
  expect(messageOf(refused, false)).toMatch(/\nYou are not root: run it with sudo$/)
  expect(messageOf(refused, true)).not.toContain("sudo")
  expect(messageOf(new Error("line 3 failed"), false)).toBe("line 3 failed")
  expect(messageOf("plain", true)).toBe("plain")
})
