/**
 * The compose lab for real: both routers see a shared line fail and move, clients still get through, and both streams in
 * Redis are complete. Needs a Docker engine; says so and ends well where there is none. `BASE` names another base image,
 * `NETWORK` the network that the image is built in. Nothing but the image is left behind.
 */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { argv, env, exit } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { execa } from "execa"
import type { JournalEvent } from "../../src/core/events.ts"
import type { Status } from "../../src/core/status.ts"

const ROUTERS = ["rtr-a", "rtr-b"] as const
const IMAGE = "evenkeel-lab"
const project = `evenkeel-${randomBytes(3).toString("hex")}`

if ((await execa("docker", ["info"], { reject: false })).exitCode !== 0) {
  console.log("Skipped: no Docker engine answers (docker info).")
  exit(0)
}

const compose = await composeCommand()

/** As a plugin of Docker, or Debian's program of its own. */
async function composeCommand(): Promise<readonly string[]> {
  const plugin = await execa("docker", ["compose", "version"], { reject: false })
  return plugin.exitCode === 0 ? ["docker", "compose"] : ["docker-compose"]
}

async function inProject(...words: readonly string[]): Promise<string> {
  const [file = "", ...first] = compose
  const { stdout } = await execa(file, [...first, "-p", project, ...words])
  return stdout
}

const on = (service: string, ...words: readonly string[]) => inProject("exec", "-T", service, ...words)

async function statusOf(router: string): Promise<Status> {
  return JSON.parse(await on(router, "evenkeel", "status", "--json")) as Status
}

/** Milliseconds until it is so. @throws after `withinMs`, naming it. */
async function until(what: string, isSo: () => Promise<boolean>, withinMs = 30_000): Promise<number> {
  const startMs = performance.now()
  while (!(await isSo().catch(() => false))) {
    if (performance.now() - startMs > withinMs) throw new Error(`not within ${withinMs / 1000} s: ${what}`)
    await sleep(100)
  }
  return performance.now() - startMs
}

const isp1Is = (state: string, share: (share: number) => boolean) => async () => {
  const all = await Promise.all(ROUTERS.map(statusOf))
  return all.every(({ links }) => links[0]?.state === state && share(links[0].share))
}

/** What the router has in its journal, and what Redis has of it. */
async function journals(router: string) {
  const own = await on(router, "cat", "/var/lib/evenkeel/events.jsonl")
  const shared = await on(ROUTERS[0], "evenkeel", "events", "--peer", router, "--json")
  return { own: linesOf(own), shared: linesOf(shared) }
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter(Boolean)
}

async function isPublished(router: string): Promise<boolean> {
  const { own, shared } = await journals(router)
  return shared.length >= own.length
}

async function expectComplete(router: string): Promise<void> {
  await until(`${router} has published its journal`, () => isPublished(router))
  const { own, shared } = await journals(router)
  assert.deepEqual(shared.slice(0, own.length), own)
  const seqs = shared.map(line => (JSON.parse(line) as JournalEvent).seq)
  assert.deepEqual(
    seqs,
    seqs.map((_, i) => i + 1),
  )
  console.log(`✔ the stream of ${router} is complete: ${seqs.length} events`)
}

async function clientsGetThrough(): Promise<void> {
  for (const client of ["client-a", "client-b"]) {
    const last = linesOf(await inProject("logs", "--no-color", "--tail", "4", client)).slice(-4)
    assert.ok(
      last.every(line => line.endsWith("isp2")),
      `${client}:\n${last.join("\n")}`,
    )
  }
  console.log("✔ all clients get through, over isp2")
}

async function play(): Promise<void> {
  await inProject("up", "-d", "--no-build")
  await until("both routers use both links and know of each other", async () => {
    const all = await Promise.all(ROUTERS.map(statusOf))
    return all.every(({ links, peers }) => peers.length === 1 && links.every(({ state }) => state === "up"))
  })
  console.log("✔ both routers are up and know of each other")

  await on("isp1", "iptables", "-t", "raw", "-I", "PREROUTING", "-j", "DROP")
  const movedMs = await until(
    "both have moved",
    isp1Is("down", share => share === 0),
    5_000,
  )
  console.log(`✔ fibre-1 broken: both have moved, seen after ${(movedMs / 1000).toFixed(1)} s`)
  await sleep(2_500)
  await clientsGetThrough()

  await on("isp1", "iptables", "-t", "raw", "-D", "PREROUTING", "-j", "DROP")
  const backMs = await until(
    "both use it again",
    isp1Is("up", share => share > 0),
  )
  console.log(`✔ fibre-1 mended: both use it again, seen after ${(backMs / 1000).toFixed(1)} s`)
  for (const router of ROUTERS) await expectComplete(router)
}

const base = env["BASE"] === undefined ? [] : ["--build-arg", `BASE=${env["BASE"]}`]
const network = env["NETWORK"] === undefined ? [] : ["--network", env["NETWORK"]]
console.log(`Building ${IMAGE}`)
await execa("docker", ["build", "-t", IMAGE, ...base, ...network, "."], { stdio: ["ignore", "ignore", "inherit"] })
try {
  await play()
} catch (error) {
  if (argv.includes("--logs")) console.error(await inProject("logs", "--no-color"))
  throw error
} finally {
  await inProject("down", "-v", "--timeout", "2")
}
