import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { loadConfig, loadStateDir, loadText } from "../../src/config/load.ts"
import { listOf, NO_NETWORKS } from "../../src/core/networks.ts"

const host = { hostname: "rtr-a" }
let directory = ""

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "evenkeel-config-"))
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

async function written(content: string | Uint8Array): Promise<string> {
  const file = join(directory, "evenkeel.yaml")
  await rm(file, { force: true })
  await writeFile(file, content)
  return file
}

function refusal(message: string) {
  return { ok: false, problems: [{ path: "file", message: expect.stringContaining(message) as string }] }
}

const minimal = fileURLToPath(new URL("examples/minimal.yaml", import.meta.url))

test("a good file is read", async () => {
  expect(await loadConfig(minimal, host)).toMatchObject({ ok: true, config: { router: "rtr-a", lan: ["eth2"] } })
})

test("a byte order mark is no part of the first key", async () => {
  const file = await written(
    "\u{feff}router: edge\nlan: []\nlinks: [{ name: a, interface: w0, mark: 1 }]\nprobes: [{ icmp: 9.9.9.9 }]",
  )
  expect(await loadConfig(file, host)).toMatchObject({ ok: true, config: { router: "edge" } })
})

test("the problems of its text are those of the parser", async () => {
  expect(await loadConfig(await written("lan: 1"), host)).toMatchObject({
    ok: false,
    problems: [{ path: "lan" }, { path: "links" }, { path: "probes" }],
  })
})

test("a missing file is one problem", async () => {
  expect(await loadConfig(join(directory, "none.yaml"), host)).toEqual(refusal("no such file"))
})

test("a directory is one problem", async () => {
  expect(await loadConfig(directory, host)).toEqual(refusal("a directory, expected a file"))
})

test("a path through a file is one problem, in the system's words", async () => {
  expect(await loadConfig(join(minimal, "x"), host)).toEqual(refusal("cannot be read: ENOTDIR"))
})

test("bytes that are no UTF-8 are one problem", async () => {
  expect(await loadConfig(await written(Uint8Array.of(0x61, 0x3a, 0x20, 0xff)), host)).toEqual(refusal("not UTF-8"))
})

test("a file that is too large is one problem, and an endless one is not read to its end", async () => {
  expect(await loadConfig(await written("#".repeat(256 * 1024 + 1)), host)).toEqual(refusal("more than 256 KiB"))
  expect(await loadConfig("/dev/zero", host)).toEqual(refusal("more than 256 KiB"))
})

describe("a set's file", () => {
  const naming = (path: string) =>
    written(
      `lan: []\nlinks: [{ name: a, interface: w0, mark: 1 }]\nprobes: [{ icmp: 9.9.9.9 }]\nsets: { netflix: { file: "${path}" } }`,
    )

  test("is read with the configuration", async () => {
    const path = join(directory, "netflix.txt")
    await writeFile(path, Array.from({ length: 5000 }, (_, i) => `10.0.${i >> 8}.${i & 255} # ${i}`).join("\n"))
    const result = await loadConfig(await naming(path), host)
    const [set] = result.ok ? result.config.sets : []
    expect(set).toMatchObject({ kind: "owned", name: "netflix", networks: { 6: NO_NETWORKS } })
    expect(set?.kind === "owned" && listOf(set.networks[4])).toHaveLength(5000)
  })

  test("is left alone where nobody needs it, missing or not", async () => {
    const result = await loadConfig(await naming("/nowhere/netflix.txt"), host, { withSets: false })
    expect(result).toMatchObject({
      ok: true,
      config: { sets: [{ name: "netflix", networks: { 4: NO_NETWORKS, 6: NO_NETWORKS } }] },
    })
  })

  test.each([
    ["is missing", "/nowhere/netflix.txt", "/nowhere/netflix.txt: no such file; write one, or name it here"],
    ["is a directory", "/etc", "/etc: a directory, expected a file"],
    ["never ends", "/dev/zero", "/dev/zero: more than 16384 KiB, expected one network a line"],
    ["holds something else", "/etc/protocols", "/etc/protocols: line"],
  ])("that %s is a problem of the configuration, by its key", async (_what, path, message) => {
    const problem = { path: "sets.netflix.file", message: expect.stringContaining(message) as string }
    const result = await loadConfig(await naming(path), host)
    expect(result).toMatchObject({ ok: false, problems: expect.arrayContaining([problem]) as unknown })
  })
})

test.skipIf(process.geteuid?.() === 0)("a file that this user may not read is one problem", async () => {
  const file = await written("lan: []")
  await chmod(file, 0)
  expect(await loadConfig(file, host)).toEqual(refusal("may not read it"))
})

describe("the state directory of a file that is wrong", () => {
  test.each([
    ["in something else", "stateDir: /srv/state\nlan: 1"],
    ["as no YAML at all", "lan: [eth2\nstateDir: /srv/state # here\nlinks: }"],
    ["as no YAML, in quotes", 'lan: [eth2\nstateDir: "/srv/state"\n'],
  ])("%s is the one that it names", async (_, text) => {
    expect(await loadStateDir(await written(text))).toBe("/srv/state")
  })

  test.each([
    ["names none", "lan: [eth2"],
    ["names one that is no path", "lan: [eth2\nstateDir: ../x"],
    ["names one of something else", "lan: [eth2\nother:\n  stateDir: /srv/state"],
  ])("that %s is the usual one", async (_, text) => {
    expect(await loadStateDir(await written(text))).toBe("/var/lib/evenkeel")
  })
})

test("a text that was read before means what its file means", async () => {
  const fromFile = await loadConfig(minimal, host)
  if (!fromFile.ok) throw new Error("the example is wrong")
  expect(await loadText(fromFile.text, host)).toEqual(fromFile)
})

test("as a last resort, secrets that are gone are done without, and told", async () => {
  const text = JSON.stringify({
    lan: ["eth2"],
    links: [{ name: "a", interface: "w0", mark: 1 }],
    probes: [{ icmp: "9.9.9.9" }],
    share: { redis: "redis://:${GONE}@10.0.0.9" },
    alerts: [{ name: "chat", when: ["link.down"], to: { slack: { url: "${HERE}" } } }],
    web: { listen: "127.0.0.1:9477", token: "${GONE}" },
  })
  const environment = { HERE: "https://hooks.example.com/x" }
  const strict = await loadText(text, { ...host, environment })
  const frugal = await loadText(text, { ...host, environment, isFrugal: true })
  if (strict.ok || !frugal.ok) return expect.unreachable()
  expect(frugal.lacking).toEqual(strict.problems)
  expect(frugal.lacking.map(({ path }) => path)).toEqual(["share.redis", "web.token"])
  const { share, web, alerts } = frugal.config
  expect([share?.login.password, web?.token]).toEqual([null, null])
  const { to } = alerts[0] ?? {}
  expect(to?.kind === "slack" && typeof to.url === "function" && to.url()).toBe(environment.HERE)
})

test("and nothing else is: what is wrong in the text stays wrong, and a file of networks is not to be done without", async () => {
  expect(await loadText("lan: 7", { ...host, isFrugal: true })).toMatchObject({ ok: false })
  const text = JSON.stringify({
    lan: ["eth2"],
    links: [{ name: "a", interface: "w0", mark: 1 }],
    probes: [{ icmp: "9.9.9.9" }],
    sets: { gone: { file: join(directory, "gone.txt") } },
  })
  expect(await loadText(text, { ...host, isFrugal: true })).toMatchObject({ problems: [{ path: "sets.gone.file" }] })
})
