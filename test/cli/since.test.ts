import { expect, test } from "vitest"
import { BadUsage } from "../../src/cli/failure.ts"
import { parseSince } from "../../src/cli/since.ts"

const NOW_MS = Date.parse("2026-01-31T12:00:00.000Z")
const at = (text: string) => parseSince(text, NOW_MS).toISOString()

test("a duration counts back from now", () => {
  expect(at("45s")).toBe("2026-01-31T11:59:15.000Z")
  expect(at("30m")).toBe("2026-01-31T11:30:00.000Z")
  expect(at("2h")).toBe("2026-01-31T10:00:00.000Z")
  expect(at("7d")).toBe("2026-01-24T12:00:00.000Z")
})

test("a time with a zone is exact, one without is local", () => {
  expect(at("2026-01-31T10:00:00Z")).toBe("2026-01-31T10:00:00.000Z")
  expect(at("2026-01-31T10:00:00.250+02:00")).toBe("2026-01-31T08:00:00.250Z")
  expect(parseSince("2026-01-31 10:30", NOW_MS)).toEqual(new Date(2026, 0, 31, 10, 30))
  expect(parseSince("2026-01-31", NOW_MS)).toEqual(new Date(2026, 0, 31))
})

test.each(["", "2", "2x", "-2h", "2h30m", "1.5h", "yesterday", "2026", "2026-13-01", "31.01.2026", "9999999d"])(
  "%j is refused with what is allowed",
  text => {
    expect(() => parseSince(text, NOW_MS)).toThrow(BadUsage)
    expect(() => parseSince(text, NOW_MS)).toThrow(/expected how long ago \(45s, 30m, 2h, 7d\) or a time/)
  },
)
