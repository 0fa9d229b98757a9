import { expect, test } from "vitest"
import { explanation } from "./support/agent.ts"
import { startWeb, STEERING, TOKEN } from "./support/web.ts"

test("status is what the agent says, with what its policies were given", async () => {
  const { agent, get } = await startWeb()
  const { status, json, headers } = await get("/api/v1/status")
  expect({ status, type: headers["content-type"], kept: headers["cache-control"] }).toEqual({
    status: 200,
    type: "application/json; charset=utf-8",
    kept: "no-store",
  })
  expect(json).toEqual({ ...agent.status, policies: [] })
})

test("a hundred clients at once cost the agent no more than a few questions", async () => {
  const { agent, get } = await startWeb()
  await Promise.all(Array.from({ length: 100 }, () => get("/api/v1/status")))
  expect(agent.questions.filter(([what]) => what === "status").length).toBeLessThan(5)
})

test("explain tells why, is asked once for everybody, and knows only links that there are", async () => {
  const { agent, get } = await startWeb()
  const answers = await Promise.all([1, 2, 3].map(() => get("/api/v1/explain/isp1")))
  expect(answers.map(({ json }) => json)).toEqual([explanation, explanation, explanation])
  expect(await get("/api/v1/explain/isp9")).toMatchObject({
    status: 404,
    json: { error: "there is no such link: there are isp1, isp2" },
  })
  expect(agent.questions.filter(([what]) => what === "explain")).toEqual([["explain", "isp1"]])
})

test("peers are those of the status", async () => {
  const { get } = await startWeb()
  expect(await get("/api/v1/peers")).toMatchObject({ status: 200, json: [] })
})

test("history has the targets that were asked, and each link's share", async () => {
  const { get } = await startWeb()
  expect(await get("/api/v1/history")).toMatchObject({
    status: 200,
    json: { stepMs: 5000, series: [], shares: { stepMs: 5000, byLink: {} } },
  })
})

test("a page that may steer is told so", async () => {
  const { ask, get } = await startWeb()
  expect(await get("/api/v1/session")).toMatchObject({ status: 200, json: { canSteer: false } })
  const withToken = (token: string) => ask({ path: "/api/v1/session", headers: { authorization: `Bearer ${token}` } })
  expect(await withToken(TOKEN)).toMatchObject({ status: 200, json: { canSteer: true } })
  expect(await withToken("wrong")).toMatchObject({ status: 401 })
})

test("without a token of its own an agent says so", async () => {
  const { ask } = await startWeb({ token: null })
  expect(await ask({ path: "/api/v1/session", headers: { authorization: "Bearer " } })).toMatchObject({
    status: 401,
    json: { error: expect.stringContaining("set web.token") as string },
  })
})

test("the page and its assets are there, and may run nothing of others", async () => {
  const { get } = await startWeb()
  const page = await get("/")
  expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } })
  expect(page.text).toContain("<title>evenkeel</title>")
  expect(await get("/assets/page.js")).toMatchObject({
    status: 200,
    headers: { "content-type": "text/javascript; charset=utf-8" },
  })
})

test.each(["/", "/api/v1/status", "/api/v1/nothing", "/assets/nothing", "/metrics", "/%zz"])(
  "the answer to %s bears the headers that keep a page safe, and allows no other origin",
  async path => {
    const { headers } = await (await startWeb()).get(path)
    expect(headers).toMatchObject({
      "content-security-policy": expect.stringContaining("default-src 'none'; script-src 'self'") as string,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    })
    expect(Object.keys(headers).filter(name => name.startsWith("access-control-") || name === "set-cookie")).toEqual([])
  },
)

test("HEAD is answered as GET, without a body", async () => {
  const { ask } = await startWeb()
  expect(await ask({ method: "HEAD", path: "/api/v1/status" })).toMatchObject({ status: 200, text: "" })
  expect(await ask({ method: "HEAD", path: "/api/v1/stream" })).toMatchObject({ status: 405 })
})

test("drain, undrain and weight are orders to the agent", async () => {
  const { agent, ask } = await startWeb()
  const steer = (method: string, path: string, body?: object) =>
    ask({ method, path: `/api/v1/links/isp1/${path}`, headers: STEERING, ...(body && { body: JSON.stringify(body) }) })
  expect(await steer("POST", "drain")).toMatchObject({
    status: 200,
    json: { said: "isp1 gets no new flows, unless no other link can carry them." },
  })
  const lasting = await steer("POST", "drain", { for: "2h", force: true })
  expect(lasting.json).toEqual({
    said: expect.stringMatching(/^isp1 gets no new flows until 20.*, whatever becomes/) as string,
  })
  expect(await steer("DELETE", "drain")).toMatchObject({ status: 200, json: { said: "isp1 gets new flows again." } })
  expect(await steer("PUT", "weight", { weight: 5 })).toMatchObject({ json: { said: "isp1 has weight 5." } })
  expect(await steer("DELETE", "weight", {})).toMatchObject({ json: { said: "isp1 has its configured weight." } })
  expect(agent.orders).toEqual([
    { do: "set", override: { kind: "drain", link: "isp1", until: null, force: false } },
    { do: "set", override: { kind: "drain", link: "isp1", until: expect.any(String) as string, force: true } },
    { do: "clear", kind: "drain", link: "isp1" },
    { do: "set", override: { kind: "weight", link: "isp1", weight: 5, until: null } },
    { do: "clear", kind: "weight", link: "isp1" },
  ])
})

test("what the agent refuses is refused in its words", async () => {
  const { agent, ask } = await startWeb()
  agent.answer = { ok: false, said: "no other link can carry new flows of IPv4 now: isp1 is the last one" }
  expect(await ask({ method: "POST", path: "/api/v1/links/isp1/drain", headers: STEERING })).toMatchObject({
    status: 400,
    json: { error: expect.stringMatching(/isp1 is the last one\. Send force: true/) as string },
  })
})

test("what the agent adds to its yes is said", async () => {
  const { agent, ask } = await startWeb()
  agent.answer = { ok: true, said: "; but a restart will not know of it: no space" }
  expect(await ask({ method: "DELETE", path: "/api/v1/links/isp1/drain", headers: STEERING })).toMatchObject({
    json: { said: "isp1 gets new flows again; but a restart will not know of it: no space." },
  })
})

test("an agent that is just starting is said to be", async () => {
  const { agent, get } = await startWeb()
  agent.status = undefined
  for (const path of ["/api/v1/status", "/healthz", "/readyz", "/metrics"])
    expect(await get(path)).toMatchObject({
      status: 503,
      json: { error: "the agent is just starting: ask again in a second" },
    })
})

test("ready is an agent whose rules are in sync and whose links are known", async () => {
  const { agent, get } = await startWeb()
  expect(await get("/healthz")).toMatchObject({ status: 200, json: { ok: true } })
  expect(await get("/readyz")).toMatchObject({ status: 200, json: { ready: true } })
  const [first] = agent.status?.links ?? []
  if (agent.status === undefined || first === undefined) throw new Error("no status")
  agent.status = { ...agent.status, rulesInSync: false, links: [{ ...first, state: "unknown" }] }
  agent.tell({ type: "agent.stopped", reason: "SIGTERM" })
  expect(await get("/readyz")).toMatchObject({
    status: 503,
    json: { error: "not ready: the rules are not in sync; the state of isp1 is not known" },
  })
})

test("a fault of the server's own is told to the log, and not to the client", async () => {
  const { agent, get } = await startWeb()
  agent.status = { ...agent.status, links: null } as never
  const { status, text } = await get("/api/v1/explain/isp1")
  expect({ status, text }).toEqual({
    status: 500,
    text: '{"error":"this is a fault of evenkeel\'s; its log says more"}',
  })
  expect(agent.warnings).toEqual([expect.stringContaining("GET /api/v1/explain/:link: TypeError") as string])
})
