import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { MOST_BYTES, readChange, readRecord } from "../../src/share/wire.ts"
import { recordOf } from "./support/router.ts"

const event = { v: 1, seq: 7, time: "2026-01-31T12:00:00.000Z", router: "rtr-b", site: "home" }
const change = {
  ...event,
  type: "link.state",
  link: "isp1",
  from: "up",
  to: "down",
  reason: "no carrier",
  evidence: {},
}

describe("a record", () => {
  test("is read with its writer's times as distances, so that its clock may be years off", () => {
    const time = "1999-01-01T00:01:00.000Z"
    const written = recordOf("rtr-b", { time, since: "1999-01-01T00:00:00.000Z", lastEvent: null })
    const links = written.links.map(link => ({ ...link, since: "1999-01-01T00:00:50.000Z" }))
    const read = readRecord(JSON.stringify({ ...written, links }), "rtr-b", "home", 100_000)
    expect(read).toMatchObject({ ok: true, value: { sinceMs: 40_000, links: [{ sinceMs: 90_000 }] } })
  })

  test("of another router than its key says is refused", () => {
    const read = readRecord(JSON.stringify(recordOf("rtr-b")), "rtr-c", "home", 0)
    expect(read).toEqual({ ok: false, why: "it is of rtr-b of home" })
  })

  test("with a part that makes no sense is refused as a whole, saying which", () => {
    const read = readRecord(JSON.stringify({ ...recordOf("rtr-b"), seq: -1 }), "rtr-b", "home", 0)
    expect(read).toMatchObject({ ok: false, why: expect.stringMatching(/^seq: /) as string })
  })

  test("that is too long is not even looked at", () => {
    const read = readRecord(JSON.stringify(recordOf("rtr-b")).padEnd(MOST_BYTES + 1), "rtr-b", "home", 0)
    expect(read).toEqual({ ok: false, why: "more than 32 KiB" })
  })
})

describe("a change", () => {
  test("of a link's state is read", () => {
    const value = { router: "rtr-b", site: "home", seq: 7, type: "link.state" }
    const link = { name: "isp1", state: "down", reason: "no carrier" }
    expect(readChange(JSON.stringify(change), "home")).toEqual({ ok: true, value: { ...value, link } })
  })

  test("of a link's IPv6 is none of its line: what died alone takes nothing down elsewhere", () => {
    const told = (family: string) => readChange(JSON.stringify({ ...change, family }), "home")
    expect(told("ipv6")).toMatchObject({ ok: true, value: { type: "link.state", link: null } })
    expect(told("ipv4")).toMatchObject({ ok: true, value: { link: { state: "down" } } })
    expect(told("ipv9")).toMatchObject({ ok: false })
  })

  test("of anything else counts as a sign of life", () => {
    const read = readChange(JSON.stringify({ ...event, type: "weights.applied", shares: {} }), "home")
    expect(read).toMatchObject({ ok: true, value: { type: "weights.applied", link: null } })
  })

  test("of another site than its channel's is refused", () => {
    expect(readChange(JSON.stringify(change), "away")).toEqual({ ok: false, why: "it is of home" })
  })

  test("of a state that does not exist is refused", () => {
    expect(readChange(JSON.stringify({ ...change, to: "gone" }), "home")).toMatchObject({ ok: false })
  })
})

test("nothing that anybody may write does more than be refused", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constant("[".repeat(30_000)),
    fc.record({ v: fc.anything(), seq: fc.anything(), type: fc.anything(), links: fc.anything() }).map(value => {
      try {
        return JSON.stringify({ ...recordOf("rtr-b"), ...value })
      } catch {
        return ""
      }
    }),
  )
  fc.assert(
    fc.property(texts, text => {
      readRecord(text, "rtr-b", "home", 0)
      readChange(text, "home")
    }),
  )
})
