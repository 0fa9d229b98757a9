import { expect, test } from "vitest"
import type { HttpSpec, ProbeSpec } from "../../src/core/probe-spec.ts"
import { nameTrouble } from "../../src/cli/name-service.ts"
import { config } from "../core/fixtures.ts"

const http = (host: string, resolver: HttpSpec["resolver"] = null): HttpSpec => ({
  kind: "http",
  url: `http://${host}/`,
  host,
  expect: null,
  body: null,
  family: 4,
  resolver,
})
const asking = (...probes: ProbeSpec[]) => ({ links: config().links.map(link => ({ ...link, probes })) })
const server = { address: "192.0.2.53", port: 53 }

test("a name that nobody could look up is told, with what to do", () => {
  expect(nameTrouble(asking(http("a.example")), [])).toBe(
    "/etc/resolv.conf names none beyond this router: give http://a.example/ a resolver, such as resolver: 9.9.9.9",
  )
})

test.each([
  ["a name server is known", asking(http("a.example")), [server]],
  ["each has a resolver of its own", asking(http("a.example", server)), []],
  ["the host is an address", asking(http("192.0.2.1")), []],
  ["nothing is asked over HTTP", asking({ kind: "icmp", address: "192.0.2.1" }), []],
])("there is nothing to tell where %s", (_what, asked, servers) => {
  expect(nameTrouble(asked, servers)).toBeNull()
})
