import fc from "fast-check"
import { expect, test } from "vitest"
import { webUrl } from "../../src/config/url.ts"

test.each([
  ["http://example.com", "http://example.com/", "example.com"],
  ["https://example.com/a/b?c=d&e=%20", "https://example.com/a/b?c=d&e=%20", "example.com"],
  ["HTTP://Example.COM:80/generate_204", "http://example.com/generate_204", "example.com"],
  ["http://example.com:8080/", "http://example.com:8080/", "example.com"],
  ["http://192.0.2.1/", "http://192.0.2.1/", "192.0.2.1"],
  ["https://[2001:DB8:0::1]:8443/x", "https://[2001:db8::1]:8443/x", "2001:db8::1"],
])("%s is read as it will be asked for", (text, url, host) => {
  expect(webUrl.parse(text)).toEqual({ url, host })
})

test.each([
  ["ftp://example.com/", "expected an address of the web"],
  ["example.com", "expected an address of the web"],
  ["http:example.com", "expected an address of the web"],
  ["http://user:secret@example.com/", "user's name"],
  ["http://example.com/#top", "never sent"],
  ["http://example.com/a b", "expected an address of the web"],
  ["http://example.com/\n", "expected an address of the web"],
  ["http://exa\tmple.com/", "expected an address of the web"],
  ["http://example.com\\@192.0.2.1/", "expected an address of the web"],
  ["http://exämple.com/", "expected an address of the web"],
  ["http://example.com:0/", "expected an address of the web"],
  ["http://example.com:65536/", "port 65536"],
  ["http://127.0.0.1/", "answers by itself"],
  ["http://0x7f.1/", "in place of the name"],
  ["http://2130706433/", "in place of the name"],
  ["http://010.0.0.1/", "in place of the name"],
  ["http://[::1]/", "loopback"],
  ["http://[fe80::1]/", "link-local"],
  ["http://[fe80::1%25eth0]/", "expected an address of the web"],
  ["http://-a.example/", "in place of the name"],
  [`http://example.com/${"x".repeat(200)}`, "at most 200"],
])("%s is refused, with the reason", (text, reason) => {
  expect(webUrl.safeParse(text).error?.issues[0]?.message).toContain(reason)
})

test("whatever is let pass means to a parser just what it says", () => {
  const text = fc
    .string({ unit: fc.constantFrom(...Array.from("ab01.-_/:@?#%[]\\ \t\n\0é&=x")) })
    .map(rest => `http://${rest}`)
  fc.assert(
    fc.property(text, url => {
      const read = webUrl.safeParse(url)
      if (!read.success) return
      expect(read.data.url).toMatch(/^http:\/\/[!-~]+$/)
      const { hostname, username, hash } = new URL(url)
      expect([hostname.replaceAll(/[[\]]/g, ""), username, hash]).toEqual([read.data.host, "", ""])
    }),
    { numRuns: 5000 },
  )
})
