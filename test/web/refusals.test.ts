import { once } from "node:events"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Asked } from "./support/client.ts"
import { openWeb, startWeb, STEERING, TOKEN } from "./support/web.ts"

const drain = { method: "POST", path: "/api/v1/links/isp1/drain" } as const
const weight = { method: "PUT", path: "/api/v1/links/isp1/weight" } as const
const json = { "content-type": "application/json" }

const refused: readonly (readonly [what: string, asked: Asked, status: number, words: string])[] = [
  ["a write without a token", { ...drain, headers: json }, 401, "Authorization: Bearer TOKEN"],
  ["a wrong token", { ...drain, headers: { ...json, authorization: "Bearer wrong" } }, 401, "not the token"],
  [
    "a token that is only begun",
    { ...drain, headers: { ...json, authorization: `Bearer ${TOKEN.slice(0, -1)}` } },
    401,
    "not the token",
  ],
  ["a token that goes on", { ...drain, headers: { ...json, authorization: `Bearer ${TOKEN}x` } }, 401, "not the token"],
  [
    "a token of another scheme",
    { ...drain, headers: { ...json, authorization: `Basic ${TOKEN}` } },
    401,
    "not the token",
  ],
  ["an empty token", { ...drain, headers: { ...json, authorization: "Bearer " } }, 401, "not the token"],
  ["another origin", { ...drain, headers: { ...STEERING, origin: "http://evil.example" } }, 403, "another origin"],
  ["the origin of a sandbox", { ...drain, headers: { ...STEERING, origin: "null" } }, 403, "another origin"],
  [
    "another origin with a wrong token",
    { ...drain, headers: { origin: "http://evil.example" } },
    403,
    "another origin",
  ],
  ["a name that was rebound", { path: "/api/v1/status", headers: { host: "evil.example" } }, 421, "web.hosts"],
  ["a rebound name at our port", { path: "/", headers: { host: "evil.example:9477" } }, 421, "web.hosts"],
  ["a name that begins as ours", { path: "/", headers: { host: "localhost.evil.example" } }, 421, "web.hosts"],
  ["a name that ends as ours", { path: "/", headers: { host: "evil-router.lan" } }, 421, "web.hosts"],
  ["a user in the name", { path: "/", headers: { host: "localhost@evil.example" } }, 421, "web.hosts"],
  ["a write to a rebound name", { ...drain, headers: { ...STEERING, host: "evil.example" } }, 421, "web.hosts"],
  [
    "a body of 1 MB",
    { ...drain, headers: STEERING, body: JSON.stringify({ for: "x".repeat(1_000_000) }) },
    413,
    "16 KiB",
  ],
  [
    "a body in another language",
    { ...drain, headers: { ...STEERING, "content-type": "text/plain" }, body: "{}" },
    415,
    "application/json",
  ],
  [
    "a form",
    { ...drain, headers: { ...STEERING, "content-type": "application/x-www-form-urlencoded" }, body: "for=2h" },
    415,
    "application/json",
  ],
  [
    "a body without a type",
    { ...drain, headers: { authorization: STEERING.authorization }, body: "{}" },
    415,
    "application/json",
  ],
  ["what is no JSON", { ...drain, headers: STEERING, body: "{for: 2h" }, 400, "no JSON"],
  ["a list", { ...drain, headers: STEERING, body: "[]" }, 400, "expected object"],
  ["an unknown key", { ...drain, headers: STEERING, body: '{"fro":"2h"}' }, 400, "fro"],
  ["a key of every object", { ...drain, headers: STEERING, body: '{"__proto__":{"force":true}}' }, 400, "__proto__"],
  [
    "a time without a unit",
    { ...drain, headers: STEERING, body: '{"for":"2"}' },
    400,
    "for: expected a time such as 30m",
  ],
  ["no time at all", { ...drain, headers: STEERING, body: '{"for":"0s"}' }, 400, "for: expected a time"],
  ["a time beyond all times", { ...drain, headers: STEERING, body: '{"for":"9999999h"}' }, 400, "for: expected a time"],
  ["a force of words", { ...drain, headers: STEERING, body: '{"force":"yes"}' }, 400, "force: expected true or false"],
  ["no weight", { ...weight, headers: STEERING, body: "{}" }, 400, "weight: expected a whole number from 0 to 10000"],
  ["no body for a weight", { ...weight, headers: STEERING }, 400, "weight: expected a whole number"],
  [
    "a weight in words",
    { ...weight, headers: STEERING, body: '{"weight":"7"}' },
    400,
    "weight: expected a whole number",
  ],
  ["a weight below 0", { ...weight, headers: STEERING, body: '{"weight":-1}' }, 400, "weight: expected a whole number"],
  ["half a weight", { ...weight, headers: STEERING, body: '{"weight":0.5}' }, 400, "weight: expected a whole number"],
  [
    "a link that is not there",
    { ...drain, path: "/api/v1/links/isp9/drain", headers: STEERING },
    404,
    "there are isp1, isp2",
  ],
  [
    "a link with a slash in it",
    { ...drain, path: "/api/v1/links/isp1%2f..%2fisp2/drain", headers: STEERING },
    404,
    "no such link",
  ],
  [
    "a link with a name of 100 letters",
    { ...drain, path: `/api/v1/links/${"x".repeat(100)}/drain`, headers: STEERING },
    404,
    "",
  ],
  ["another method", { ...drain, method: "PATCH", headers: STEERING, body: "{}" }, 405, "use POST, DELETE"],
  ["reading a drain", { ...drain, method: "GET" }, 405, "use POST, DELETE"],
  ["writing a status", { method: "POST", path: "/api/v1/status", headers: STEERING, body: "{}" }, 405, "use GET, HEAD"],
  [
    "a preflight",
    {
      method: "OPTIONS",
      path: drain.path,
      headers: { origin: "http://evil.example", "access-control-request-method": "POST" },
    },
    405,
    "",
  ],
  ["what is not there", { path: "/api/v1/nothing" }, 404, "openapi.json"],
  ["a path upwards", { path: "/assets/../../etc/passwd" }, 404, ""],
  ["a path upwards, in code", { path: "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd" }, 404, ""],
  ["a path upwards, in code twice", { path: "/assets/%252e%252e%252fpackage.json" }, 404, ""],
  ["a path with backslashes", { path: "/assets/..\\..\\package.json" }, 404, ""],
  ["a path with an end in it", { path: "/assets/page.js%00.html" }, 404, ""],
  ["a path without its slash", { path: "//etc/passwd" }, 404, ""],
  ["a key of every object as an asset", { path: "/assets/__proto__" }, 404, ""],
  ["a whole address", { path: "http://evil.example/api/v1/nothing" }, 404, ""],
  ["half of a code", { path: "/assets/%zz" }, 400, "no request"],
  ["an unknown question", { path: "/api/v1/events?sine=24h" }, 400, "sine"],
  ["a since that is none", { path: "/api/v1/events?since=yesterday" }, 400, "since: expected a time"],
  ["a since given twice", { path: "/api/v1/events?since=1h&since=2h" }, 400, "since: expected a time"],
  ["more events than there may be", { path: "/api/v1/events?limit=5001" }, 400, "limit: expected a whole number"],
  ["no events", { path: "/api/v1/events?limit=0" }, 400, "limit: expected a whole number"],
  ["a type that is none", { path: "/api/v1/events?type=<script>" }, 400, "type: expected a type"],
  [
    "a number to resume from that is none",
    { path: "/api/v1/stream", headers: { "last-event-id": "x" } },
    400,
    "Last-Event-ID",
  ],
]

describe("refused, and nothing is changed:", () => {
  let web: Awaited<ReturnType<typeof openWeb>>
  beforeAll(async () => {
    web = await openWeb()
  })
  afterAll(() => web.end())

  test.each(refused)("%s", async (_, asked, status, words) => {
    const answer = await web.ask(asked)
    expect(answer).toMatchObject({ status, json: { error: expect.stringContaining(words) as string } })
    expect(answer.text).not.toMatch(/node_modules|at .*\.ts/)
    expect(web.agent.orders).toEqual([])
  })
})

test("without a token of its own an agent takes no orders, whoever asks", async () => {
  const { agent, ask } = await startWeb({ token: null })
  for (const authorization of ["Bearer ", "Bearer undefined", "Bearer null", `Bearer ${TOKEN}`])
    expect(await ask({ ...drain, headers: { ...json, authorization } })).toMatchObject({
      status: 403,
      json: { error: expect.stringContaining("set web.token") as string },
    })
  expect(agent.orders).toEqual([])
})

test.each([
  "localhost",
  "localhost:80",
  "127.0.0.1",
  "127.8.8.8:1",
  "[::1]:9477",
  "[0:0::1]",
  "router.lan",
  "ROUTER.lan.:80",
])("%s is a name that it goes by, and its own origin", async host => {
  const { ask } = await startWeb()
  expect(await ask({ path: "/api/v1/status", headers: { host } })).toMatchObject({ status: 200 })
  const origin = `http://${host}`
  expect(await ask({ ...drain, headers: { ...STEERING, host, origin } })).toMatchObject({ status: 200 })
})

test("on every address, it goes by the one that a connection came to", async () => {
  const { ask } = await startWeb({ listen: { host: "::", port: 0 } })
  expect(await ask({ path: "/api/v1/status", headers: { host: "127.0.0.1:9477" } })).toMatchObject({ status: 200 })
  expect(await ask({ path: "/api/v1/status", headers: { host: "10.0.0.1:9477" } })).toMatchObject({ status: 421 })
})

/** What comes back on a connection that says this, until it is closed. */
async function raw(port: number, said: string): Promise<string> {
  const socket = connect(port, "127.0.0.1")
  socket.on("error", () => undefined)
  await once(socket, "connect")
  socket.write(said)
  return text(socket)
}

const nonsense: readonly (readonly [what: string, said: string, status: number])[] = [
  ["no HTTP", "hello\r\n\r\n", 400],
  ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
  ["an empty host", "GET / HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n", 421],
  ["an old protocol without a host", "GET / HTTP/1.0\r\n\r\n", 421],
  ["headers without end", `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(10_000)}\r\n\r\n`, 431],
  ["two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400],
  ["headers that come too slowly", "GET / HTTP/1.1\r\nHost: localhost\r\n", 408],
]

test("what is no request, or too slow to be one, is cut off", async () => {
  const { port } = await startWeb()
  const answers = await Promise.all(nonsense.map(([, said]) => raw(port, said)))
  const found = nonsense.map(([what], i) => [what, Number(/^HTTP\/1\.1 (\d+)/.exec(answers[i] ?? "")?.[1])])
  expect(found).toEqual(nonsense.map(([what, , status]) => [what, status]))
}, 20_000)

const asked = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`

test("a request that does not wait for the answer before it is refused, and ends the connection", async () => {
  const { port } = await startWeb()
  const answers = await raw(port, asked("/api/v1/status").repeat(3))
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 400"])
  expect(answers).toContain("one request at a time")
})

test("whoever sends many requests at once and hangs up leaves room for others", async () => {
  const { port, get } = await startWeb()
  const socket = connect(port, "127.0.0.1")
  socket.write(
    [asked("/api/v1/stream"), asked("/api/v1/events").repeat(30), asked("/api/v1/stream").repeat(30)].join(""),
  )
  await once(socket, "data")
  expect((await get("/metrics")).text).toMatch(/^evenkeel_web_streams 1$/m)
  socket.destroy()
  await expect.poll(async () => (await get("/metrics")).text).toMatch(/^evenkeel_web_streams 0$/m)
  expect(await get("/api/v1/events")).toMatchObject({ status: 200 })
})
