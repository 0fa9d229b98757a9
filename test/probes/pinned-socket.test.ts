import { readdirSync } from "node:fs"
import { expect, it } from "vitest"
import { openPinned } from "../../probes/pinned-socket.ts"

it("throws ENODEV for an interface that is not there, and closes what it had opened", () => {
  const before = readdirSync("/proc/self/fd").length
  for (let i = 0; i < 500; i++) {
    expect(() => openPinned({ interface: "missing0", mark: 1 }, { family: 4, protocol: "tcp" })).toThrow(
      expect.objectContaining({ code: "ENODEV" }),
    )
  }
  expect(readdirSync("/proc/self/fd").length).toBe(before)
})
