import { describe, expect, test } from "vitest"
import type { EventDraft } from "../../src/core/events.ts"
import { lostAfter, peerEvents } from "../../src/core/peer-events.ts"
import { onChanges, onRecords, type Peers, type Step } from "../../src/core/peers.ts"
import { rumoursOf, type Interest } from "../../src/core/rumours.ts"
import { peer } from "./fixtures.ts"

const NOBODY: Peers = new Map()
const INTEREST: Interest = { site: "home", lines: new Set(["fibre-1"]), follow: null }
const first = onRecords(NOBODY, "home", [peer("rtr-b", "up"), peer("rtr-c", "up")])
const known = first.peers
const failed = { name: "wan", state: "down", reason: "no carrier" } as const
const change = { router: "rtr-b", site: "home", seq: 2, type: "link.state", link: failed }
const changed = onChanges(known, [change], 500)

/** As for whoever hears of all of this for the first time. */
function anew(peers: Peers): Step {
  return { peers, differences: [...peers.values()].map(after => ({ before: undefined, after })) }
}

describe("what is known of other routers", () => {
  test("are their records, and changes since", () => {
    expect(changed.peers.get("home/rtr-b")).toMatchObject({ seq: 2, heardMs: 500 })
    expect(changed.peers.get("home/rtr-b")?.links).toMatchObject([{ state: "down", sinceMs: 500 }])
    expect(changed.peers.get("home/rtr-c")).toBe(known.get("home/rtr-c"))
    expect(known.get("home/rtr-b")?.seq).toBe(1)
  })

  test("several changes at once are one step, from the first to the last", () => {
    const back = { ...change, seq: 3, link: { ...failed, state: "up" } } as const
    const { differences } = onChanges(known, [change, back, { ...change, router: "rtr-c" }], 500)
    expect(differences.map(({ before, after }) => [before?.seq, after?.seq])).toEqual([
      [1, 3],
      [1, 2],
    ])
  })

  test("a change that is known, or of a router without a record, changes nothing", () => {
    expect(onChanges(changed.peers, [change], 600)).toEqual({ peers: changed.peers, differences: [] })
    expect(onChanges(changed.peers, [{ ...change, router: "rtr-z" }], 600).peers).toBe(changed.peers)
  })

  test("a record that was read before the change does not take it back", () => {
    const read = onRecords(changed.peers, "home", [peer("rtr-b", "up", { written: "later" }), peer("rtr-c", "up")])
    expect(read).toEqual({ peers: changed.peers, differences: [] })
  })

  test("a change with a number that no record will reach is believed for seconds, not for ever", () => {
    const lie = onChanges(known, [{ ...change, seq: Number.MAX_SAFE_INTEGER }], 500)
    const soon = onRecords(lie.peers, "home", [peer("rtr-b", "up", { seq: 3, written: "later", heardMs: 2_000 })])
    expect(soon.peers.get("home/rtr-b")?.links[0]?.state).toBe("down")
    const later = onRecords(lie.peers, "home", [peer("rtr-b", "up", { seq: 3, written: "later", heardMs: 6_000 })])
    expect(later.peers.get("home/rtr-b")?.links[0]?.state).toBe("up")
  })

  test("a router without a record is there until it was not heard of for long: Redis may have been wiped", () => {
    expect(onRecords(changed.peers, "home", [], 400).peers.size).toBe(1)
    expect(onRecords(changed.peers, "home", [], 501).peers.size).toBe(0)
  })

  test("another run of the agent counts anew", () => {
    const read = onRecords(changed.peers, "home", [peer("rtr-b", "up", { run: "2", written: "later" })])
    expect(read.peers.get("home/rtr-b")?.links[0]?.state).toBe("up")
  })

  test("the same record again is no sign of life", () => {
    const again = onRecords(known, "home", [peer("rtr-b", "up", { heardMs: 9000 }), peer("rtr-c", "up")])
    expect(again.peers.get("home/rtr-b")?.heardMs).toBe(0)
  })

  test("a router without a record is gone; other sites are another matter", () => {
    const both = onRecords(known, "away", [peer("rtr-b", "up", { site: "away" })])
    expect([...onRecords(both.peers, "home", []).peers.keys()]).toEqual(["away/rtr-b"])
  })
})

describe("what they see", () => {
  test("is told in the journal when it changes, and when they are gone", () => {
    expect(peerEvents(first, new Set())).toEqual([])
    const told = { peer: "rtr-b", peerSite: "home", link: "wan", line: "fibre-1", reason: "no carrier" }
    expect(peerEvents(changed, new Set())).toEqual([{ type: "peer.state", ...told, from: "up", to: "down" }])
    expect(peerEvents(onRecords(changed.peers, "home", [peer("rtr-c", "up")]), new Set())).toEqual([
      { type: "peer.lost", peer: "rtr-b", peerSite: "home" },
    ])
  })

  test("is told when they are back, known again or not, until that is told", () => {
    const lost = lostAfter(new Set(), { type: "peer.lost", peer: "rtr-b", peerSite: "home" })
    const told = { type: "peer.state", peer: "rtr-b", peerSite: "home", link: "wan", from: "unknown" } as const
    const [back] = peerEvents(first, lost)
    expect([lost, back]).toMatchObject([new Set(["home/rtr-b"]), { ...told, to: "up" }])
    expect(peerEvents(changed, lost)).toMatchObject([{ ...told, to: "down" }])
    expect(lostAfter(lost, back as EventDraft)).toEqual(new Set())
    expect(lostAfter(lost, { type: "peer.lost", peer: "rtr-b", peerSite: "home" })).toBe(lost)
  })

  test("is a hint for this router's links of that line, when the line fails", () => {
    expect(rumoursOf(changed, INTEREST)).toContainEqual({ kind: "hint", line: "fibre-1", by: "rtr-b" })
    expect(rumoursOf(changed, { ...INTEREST, lines: new Set(["cable"]) })).toEqual([])
    expect(rumoursOf(changed, { ...INTEREST, site: "away" })).toEqual([])
  })

  test("is no hint when the line was down before it was first heard of", () => {
    expect(rumoursOf(anew(changed.peers), INTEREST).filter(({ kind }) => kind === "hint")).toEqual([])
  })

  test("is a working line as long as one of them gets through", () => {
    const one = rumoursOf(anew(changed.peers), INTEREST)
    expect(one).toMatchObject([{ kind: "seen", by: "rtr-c", view: { state: "up" } }])
    const none = rumoursOf(onChanges(changed.peers, [{ ...change, router: "rtr-c" }], 700), INTEREST)
    expect(none).toMatchObject([{ kind: "hint" }, { kind: "seen", view: { state: "down" } }])
  })

  test("counts of the followed router alone", () => {
    const follow = { ...INTEREST, follow: "rtr-b" }
    const seen = { kind: "seen", line: "fibre-1" }
    expect(rumoursOf(anew(changed.peers), follow)).toMatchObject([{ ...seen, by: "rtr-b", view: { state: "down" } }])
    const gone = onRecords(changed.peers, "home", [peer("rtr-c", "up")])
    expect(rumoursOf(gone, follow)).toEqual([{ ...seen, view: null, by: null }])
  })
})

test("who only repeats what others say proves nothing and hints at nothing", () => {
  const repeating = (state: "up" | "down") => {
    const { links } = peer("rtr-b", state)
    return peer("rtr-b", state, { written: state, links: links.map(link => ({ ...link, probed: false })) })
  }
  const up = onRecords(NOBODY, "home", [repeating("up")])
  const down = onRecords(up.peers, "home", [repeating("down")])
  const unseen = [{ kind: "seen", line: "fibre-1", view: null, by: null }]
  expect(rumoursOf(up, INTEREST)).toEqual(unseen)
  expect(rumoursOf(down, INTEREST)).toEqual(unseen)
})
