import { describe, expect, it } from "vitest"
import { close, openSocket } from "../../probes/libc.ts"
import { handshakeOf, replyOf } from "../../probes/tcp-info.ts"

/** Of a line that answers in some 20 ms, and of one of which nothing is known yet. */
const quick = { timeoutMs: 50, lateMs: 3000 }
const unknown = { timeoutMs: 1000, lateMs: 3000 }

describe("an answer to a SYN that was sent once", () => {
  it("took as long as we waited, also where that is a second", () => {
    expect(replyOf({ resends: 0, rttMs: 20 }, 20.5, quick)).toEqual({ kind: "reply", rttMs: 20.5 })
    expect(replyOf({ resends: 0, rttMs: 1019 }, 1020, quick)).toEqual({ kind: "reply", rttMs: 1020 })
  })

  it("tells no RTT when it lay there unread: the kernel would have asked again", () => {
    expect(replyOf({ resends: 0, rttMs: null }, 1400, unknown)).toEqual({ kind: "reply", rttMs: null })
  })
})

describe("an answer to a SYN that was sent again", () => {
  it("tells of a loss, and the RTT of the later one by its timestamp", () => {
    expect(replyOf({ resends: 1, rttMs: 20 }, 1035, quick)).toEqual({ kind: "reply", rttMs: 20, resent: true })
    expect(replyOf({ resends: 2, rttMs: 700 }, 2710, unknown)).toEqual({ kind: "reply", rttMs: 700, resent: true })
  })

  it("tells of a loss where there is no timestamp: it was refused, or the far end has none", () => {
    expect(replyOf({ resends: 1, rttMs: null }, 1035, quick)).toEqual({ kind: "reply", rttMs: null, resent: true })
  })

  it.each([1250, 1800, 2500])("tells of a line of %i ms when the timestamp is the first one's", rttMs => {
    for (const limits of [quick, unknown, { timeoutMs: 2000, lateMs: 3000 }])
      expect(replyOf({ resends: 1, rttMs }, rttMs + 1, limits)).toEqual({ kind: "reply", rttMs })
  })

  it("tells no RTT just when a SYN is sent again, where nothing says which of the two it is", () => {
    expect(replyOf({ resends: 1, rttMs: 1020 }, 1021, unknown)).toEqual({ kind: "reply", rttMs: null })
    expect(replyOf({ resends: 1, rttMs: 1003 }, 1004, { timeoutMs: 2000, lateMs: 3000 })).toEqual({
      kind: "reply",
      rttMs: null,
    })
  })

  it("tells of a lost SYN-ACK where that is likelier than a line gone so slow", () => {
    const lost = { kind: "reply", rttMs: null, resent: true }
    expect(replyOf({ resends: 1, rttMs: 1034 }, 1035, quick)).toEqual(lost)
    expect(replyOf({ resends: 2, rttMs: 2060 }, 2061, quick)).toEqual(lost)
    expect(replyOf({ resends: 1, rttMs: 1640 }, 1641, { timeoutMs: 800, lateMs: 3000 })).toEqual(lost)
  })
})

describe("the kernel's own account", () => {
  it("of a socket that never connected has nothing to tell", () => {
    const fd = openSocket(4, "tcp")
    expect(handshakeOf(fd)).toEqual({ resends: 0, rttMs: null })
    close(fd)
  })

  it("of a descriptor that is none is an error", () => {
    const fd = openSocket(4, "tcp")
    close(fd)
    expect(() => handshakeOf(fd)).toThrow(expect.objectContaining({ code: "EBADF", syscall: "getsockopt" }))
  })
})
