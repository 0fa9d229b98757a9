import { describe, expect, test } from "vitest"
import { onChange, onRecords, peerEventsBetween, rumoursBetween, type Peers } from "../../src/core/peers.ts"
import { peer } from "./fixtures.ts"

const NOBODY: Peers = new Map()
const INTEREST = { site: "home", lines: new Set(["fibre-1"]), follow: null }
const known = onRecords(NOBODY, ["home"], [peer("rtr-b", "up"), peer("rtr-c", "up")])
const failed = { name: "wan", state: "down", reason: "no carrier" } as const
const change = { router: "rtr-b", site: "home", seq: 2, type: "link.state", link: failed }
const changed = onChange(known, change, 500)

describe("what is known of other routers", () => {
  test("are their records, and changes since", () => {
    expect(changed.get("home/rtr-b")).toMatchObject({ seq: 2, heardMs: 500, links: [{ state: "down", sinceMs: 500 }] })
    expect(changed.get("home/rtr-c")).toBe(known.get("home/rtr-c"))
  })

  test("a change that is known, or of a router without a record, changes nothing", () => {
    expect(onChange(changed, change, 600)).toBe(changed)
    expect(onChange(changed, { ...change, router: "rtr-z" }, 600)).toBe(changed)
  })

  test("a record that was read before the change does not take it back", () => {
    const read = onRecords(changed, ["home"], [peer("rtr-b", "up", { written: "later" }), peer("rtr-c", "up")])
    expect(read.get("home/rtr-b")?.links[0]?.state).toBe("down")
  })

  test("another run of the agent counts anew", () => {
    const read = onRecords(changed, ["home"], [peer("rtr-b", "up", { run: "2", written: "later" })])
    expect(read.get("home/rtr-b")?.links[0]?.state).toBe("up")
  })

  test("the same record again is no sign of life", () => {
    const again = onRecords(known, ["home"], [peer("rtr-b", "up", { heardMs: 9000 }), peer("rtr-c", "up")])
    expect(again.get("home/rtr-b")?.heardMs).toBe(0)
  })

  test("a router without a record is gone; other sites are another matter", () => {
    const both = onRecords(known, ["away"], [peer("rtr-b", "up", { site: "away" })])
    expect([...onRecords(both, ["home"], []).keys()]).toEqual(["away/rtr-b"])
  })
})

describe("what they see", () => {
  test("is told in the journal when it changes, and when they are gone", () => {
    expect(peerEventsBetween(NOBODY, known)).toEqual([])
    expect(peerEventsBetween(known, changed)).toEqual([
      {
        type: "peer.state",
        peer: "rtr-b",
        peerSite: "home",
        link: "wan",
        line: "fibre-1",
        from: "up",
        to: "down",
        reason: "no carrier",
      },
    ])
    expect(peerEventsBetween(changed, onRecords(changed, ["home"], [peer("rtr-c", "up")]))).toEqual([
      { type: "peer.lost", peer: "rtr-b", peerSite: "home" },
    ])
  })

  test("is a hint for this router's links of that line, when the line fails", () => {
    expect(rumoursBetween(known, changed, INTEREST)).toContainEqual({ kind: "hint", line: "fibre-1", by: "rtr-b" })
    expect(rumoursBetween(known, changed, { ...INTEREST, lines: new Set(["cable"]) })).toEqual([])
    expect(rumoursBetween(known, changed, { ...INTEREST, site: "away" })).toEqual([])
  })

  test("is no hint when the line was down before it was first heard of", () => {
    expect(rumoursBetween(NOBODY, changed, INTEREST).filter(({ kind }) => kind === "hint")).toEqual([])
  })

  test("is a working line as long as one of them gets through", () => {
    expect(rumoursBetween(NOBODY, changed, INTEREST)).toMatchObject([
      { kind: "seen", by: "rtr-c", view: { state: "up" } },
    ])
    const dead = onChange(changed, { ...change, router: "rtr-c" }, 700)
    expect(rumoursBetween(NOBODY, dead, INTEREST)).toMatchObject([{ kind: "seen", view: { state: "down" } }])
  })

  test("counts of the followed router alone", () => {
    const follow = { ...INTEREST, follow: "rtr-b" }
    expect(rumoursBetween(NOBODY, changed, follow)).toMatchObject([
      { kind: "seen", by: "rtr-b", view: { state: "down" } },
    ])
    const gone = onRecords(changed, ["home"], [peer("rtr-c", "up")])
    expect(rumoursBetween(changed, gone, follow)).toEqual([{ kind: "seen", line: "fibre-1", view: null, by: null }])
  })
})
