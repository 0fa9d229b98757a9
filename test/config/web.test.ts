import { inspect } from "node:util"
import { expect, test } from "vitest"
import { parseConfig } from "../../src/config/parse.ts"

const isp1 = { name: "isp1", interface: "eth0", mark: 1 }
const good = { router: "rtr-a", lan: ["eth2"], links: [isp1], probes: [{ icmp: "192.0.2.1" }] }

function parsed(web: unknown, environment: Readonly<Record<string, string>> | null = {}) {
  return parseConfig(JSON.stringify({ ...good, web }), { hostname: "", environment })
}

function webOf(web: unknown, environment: Readonly<Record<string, string>> | null = {}) {
  const result = parsed(web, environment)
  if (!result.ok || result.config.web === null) throw new Error(JSON.stringify(result))
  return result.config.web
}

test.each([
  ["127.0.0.1:9477", { host: "127.0.0.1", port: 9477 }],
  ["[::1]:9477", { host: "::1", port: 9477 }],
  ["[0:0:0:0:0:0:0:1]:80", { host: "::1", port: 80 }],
  ["0.0.0.0:65535", { host: "0.0.0.0", port: 65_535 }],
  ["[::]:1", { host: "::", port: 1 }],
  ["10.0.0.1:8080", { host: "10.0.0.1", port: 8080 }],
])("%s is a place to listen", (listen, found) => {
  expect(webOf({ listen })).toEqual({ listen: found, token: null, hosts: [] })
})

const refused: readonly (readonly [what: string, web: unknown, path: string, fragment: string])[] = [
  ["no place", {}, "web.listen", "missing"],
  ["a port alone", { listen: 9477 }, "web.listen", "such as 127.0.0.1:9477"],
  ["an address alone", { listen: "127.0.0.1" }, "web.listen", "an address of this router and a port"],
  ["a name", { listen: "localhost:9477" }, "web.listen", "such as 127.0.0.1:9477"],
  ["IPv6 without brackets", { listen: "::1:9477" }, "web.listen", "[::1]:9477"],
  ["an address in octal", { listen: "0177.0.0.1:80" }, "web.listen", "such as 127.0.0.1:9477"],
  ["port 0", { listen: "127.0.0.1:0" }, "web.listen", "such as 127.0.0.1:9477"],
  ["a port out of range", { listen: "127.0.0.1:65536" }, "web.listen", "such as 127.0.0.1:9477"],
  ["a multicast address", { listen: "224.0.0.1:80" }, "web.listen", "a multicast address"],
  ["a zone", { listen: "[fe80::1%eth0]:80" }, "web.listen", "such as 127.0.0.1:9477"],
  ["a path", { listen: "127.0.0.1:80/x" }, "web.listen", "such as 127.0.0.1:9477"],
  ["an empty token", { listen: "127.0.0.1:80", token: "" }, "web.token", "can be no secret"],
  ["a number as token", { listen: "127.0.0.1:80", token: 12345678 }, "web.token", "can be no secret"],
  ["a variable that is not set", { listen: "127.0.0.1:80", token: "${NOWHERE}" }, "web.token", "${NOWHERE} is not set"],
  ["a host with a port", { listen: "127.0.0.1:80", hosts: ["a.lan:80"] }, "web.hosts[0]", "without a port"],
  ["a host that is a pattern", { listen: "127.0.0.1:80", hosts: ["*"] }, "web.hosts[0]", "a host name or an address"],
  ["an unknown key", { listen: "127.0.0.1:80", tokn: "x" }, "web.tokn", "did you mean token?"],
]

test.each(refused)("refused: %s", (_, web, path, fragment) => {
  const result = parsed(web)
  const found = result.ok ? [] : result.problems.map(problem => `${problem.path}: ${problem.message}`)
  expect(found).toEqual([expect.stringContaining(`${path}: `)])
  expect(found[0]).toContain(fragment)
})

test("the token comes from the environment, and no print of the configuration has it", () => {
  const web = webOf({ listen: "127.0.0.1:80", token: "${EVENKEEL_TOKEN}" }, { EVENKEEL_TOKEN: "hush-hush" })
  expect(web.token?.()).toBe("hush-hush")
  expect(inspect(web, { depth: 9 }) + JSON.stringify(web)).not.toContain("hush-hush")
})

test("commands that steer by other ways need no environment for it", () => {
  expect(webOf({ listen: "127.0.0.1:80", token: "${EVENKEEL_TOKEN}" }, null).token?.()).toBeUndefined()
})

test("no problem repeats a token", () => {
  const result = parsed({ listen: "127.0.0.1:80", token: ["hush-hush"] })
  expect(JSON.stringify(result)).not.toContain("hush-hush")
})

test("hosts are compared in small letters", () => {
  const { hosts } = webOf({ listen: "127.0.0.1:80", hosts: ["Router.LAN", "10.0.0.1", "2001:DB8::1"] })
  expect(hosts).toEqual(["router.lan", "10.0.0.1", "2001:db8::1"])
})
