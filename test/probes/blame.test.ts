import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { blame } from "../../probes/blame.ts"
import { Failure } from "../../probes/failure.ts"
import { systemError } from "../../probes/libc.ts"

describe("what counts against the link", () => {
  it.each([
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["ENODEV", "interface"],
    ["ENETDOWN", "interface"],
    ["EADDRNOTAVAIL", "interface"],
    ["ETIMEDOUT", "timeout"],
  ])("%s is lost: %s", (code, reason) => {
    expect(blame(systemError(code, "connect"))).toEqual({ kind: "lost", reason })
  })
})

describe("what was answered wrongly", () => {
  it("counts against the link, with what exactly", () => {
    const outcome = blame(new Failure("answer", "HTTP 500, not 204"))
    expect(outcome).toEqual({ kind: "lost", reason: "answer", detail: "HTTP 500, not 204" })
  })

  it("is told in plain ASCII of bounded length, whatever a stranger sent", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), text => {
        expect(blame(new Failure("certificate", text))).toMatchObject({
          detail: expect.stringMatching(/^[ -~]{0,120}$/) as string,
        })
      }),
    )
  })
})

describe("what counts against nobody", () => {
  it.each([
    ["EPERM", "socket", /CAP_NET_RAW/],
    ["EPERM", "setsockopt", /CAP_NET_ADMIN/],
    ["EPERM", "send", /local firewall/],
    ["EACCES", "connect", /security policy/],
    ["EMFILE", "socket", /LimitNOFILE/],
    ["ENFILE", "socket", /fs\.file-max/],
    ["ENOBUFS", "send", /queue/],
    ["ENOMEM", "socket", /memory/],
  ])("%s at %s is broken, with advice", (code, syscall, advice) => {
    const outcome = blame(systemError(code, syscall))
    expect(outcome).toMatchObject({ kind: "broken", error: expect.stringMatching(advice) as string })
    expect(outcome).toMatchObject({ error: expect.stringContaining(`${syscall} ${code}`) as string })
  })

  it("an error nobody foresaw keeps its own words", () => {
    expect(blame(new Error("port 70000"))).toEqual({ kind: "broken", error: "port 70000" })
    expect(blame("thrown text")).toEqual({ kind: "broken", error: "thrown text" })
    expect(blame(systemError("EINVAL", "connect"))).toEqual({ kind: "broken", error: "connect EINVAL" })
  })
})
