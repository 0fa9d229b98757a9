import fc from "fast-check"
import { expect, test } from "vitest"
import { createGuard } from "../../src/web/guard.ts"
import { Refusal } from "../../src/web/refusal.ts"

const guard = createGuard({ address: "10.0.0.1", hosts: ["router.lan", "2001:db8::1"], token: "secret" })

function passes(check: () => void): boolean {
  try {
    check()
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
    return false
  }
}

test("of names, only those of the configuration pass, whatever is put around them", () => {
  const own = ["10.0.0.1", "router.lan", "localhost", "127.0.0.1", "::1", "2001:db8::1"]
  const around = fc.tuple(fc.string({ maxLength: 5 }), fc.constantFrom(...own), fc.string({ maxLength: 5 }))
  const anything = fc.oneof(
    fc.string(),
    fc.domain(),
    fc.ipV4(),
    fc.ipV6(),
    around.map(parts => parts.join("")),
  )
  fc.assert(
    fc.property(anything, host => {
      // What a browser would connect to for such a host.
      const meant = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^\[|\]$|\.$/g, "") : ""
      const isOwn = own.includes(meant) || /^127\.\d+\.\d+\.\d+$/.test(meant)
      if (
        passes(() => {
          guard.host(host, "10.0.0.9")
        })
      )
        expect(isOwn).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test("an origin passes with its own host alone", () => {
  const check = (origin: string | undefined, host: string) =>
    passes(() => {
      guard.origin(origin, host)
    })
  expect(check(undefined, "router.lan")).toBe(true)
  expect(check("http://router.lan", "router.lan:80")).toBe(true)
  expect(check("https://router.lan", "router.lan")).toBe(true)
  expect(check("http://router.lan:9477", "router.lan:9477")).toBe(true)
  expect(check("http://router.lan:9477", "router.lan:9478")).toBe(false)
  expect(check("null", "null")).toBe(false)
  expect(check("http://evil.example", "router.lan")).toBe(false)
})

test("of tokens, only the right one passes", () => {
  fc.assert(
    fc.property(fc.string(), token => {
      expect(
        passes(() => {
          guard.token(`Bearer ${token}`)
        }),
      ).toBe(token.trimStart() === "secret")
    }),
  )
  expect(
    passes(() => {
      guard.token("bearer   secret")
    }),
  ).toBe(true)
})
