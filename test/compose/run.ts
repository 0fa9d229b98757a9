/**
 * The compose lab for real: both routers see a shared line fail and move, clients still get through, and both streams in
 * Redis are complete. Needs a Docker engine; says so and ends well where there is none. `BASE` names another base image,
 * `NETWORK` the network that the image is built in, `--logs` shows the containers' output if it fails. Nothing but the
 * images `evenkeel-lab` and `evenkeel-lab:build` is left behind.
 */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import process, { argv, env, exit } from "node:process"
import { setTimeout as sleep } from "node:timers/promises"
import { execa } from "execa"
import type { JournalEvent } from "../../src/core/events.ts"
import type { Status } from "../../src/core/status-shape.ts"
import { until } from "../share/support/until.ts"

const ROUTERS = ["rtr-a", "rtr-b"] as const
const CLIENTS = ["client-a", "client-b"] as const
const IMAGE = "evenkeel-lab"
const project = `evenkeel-${randomBytes(3).toString("hex")}`

const { failed, stderr, shortMessage } = await execa("docker", ["info"], { reject: false })
if (failed) skip(`no Docker engine answers (docker info): ${stderr === "" ? shortMessage : stderr}`)

const compose = await composeCommand()

function skip(why: string): never {
  console.log(`Skipped: ${why}`)
  exit(0)
}

/** As a plugin of Docker, or Debian's program of its own. */
async function composeCommand(): Promise<readonly [string, ...string[]]> {
  if (await works("docker", ["compose", "version"])) return ["docker", "compose"]
  if (await works("docker-compose", ["version"])) return ["docker-compose"]
  skip("there is neither docker compose nor docker-compose.")
}

async function works(file: string, words: readonly string[]): Promise<boolean> {
  return !(await execa(file, words, { reject: false })).failed
}

async function build(): Promise<void> {
  const base = env["BASE"] === undefined ? [] : ["--build-arg", `BASE=${env["BASE"]}`]
  const network = env["NETWORK"] === undefined ? [] : ["--network", env["NETWORK"]]
  console.log(`Building ${IMAGE}`)
  // The first stage has a name too, so that the next build finds it.
  for (const stage of [
    ["-t", `${IMAGE}:build`, "--target", "build"],
    ["-t", IMAGE],
  ])
    await execa("docker", ["build", ...stage, ...base, ...network, "."], { stdio: ["ignore", "ignore", "inherit"] })
}

async function inProject(...words: readonly string[]): Promise<string> {
  const [file, ...first] = compose
  const { stdout } = await execa(file, [...first, "-p", project, ...words])
  return stdout
}

const on = (service: string, ...words: readonly string[]) => inProject("exec", "-T", service, ...words)

async function statusOf(router: string): Promise<Status> {
  return JSON.parse(await on(router, "evenkeel", "status", "--json")) as Status
}

async function areUp(): Promise<boolean> {
  const all = await Promise.all(ROUTERS.map(statusOf))
  return all.every(({ links, peers }) => peers.length === 1 && links.every(({ state }) => state === "up"))
}

const isp1Is = (state: string, share: (share: number) => boolean) => async () => {
  const all = await Promise.all(ROUTERS.map(statusOf))
  return all.every(({ links }) => links[0]?.name === "isp1" && links[0].state === state && share(links[0].share))
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter(Boolean)
}

async function journalOf(router: string): Promise<readonly string[]> {
  return linesOf(await on(router, "cat", "/var/lib/evenkeel/events.jsonl"))
}

/** As Redis has it, without evenkeel's own reader, which might hide what is wrong. */
async function streamOf(router: string): Promise<readonly (readonly [id: string, fields: readonly string[]])[]> {
  const text = await on("redis", "redis-cli", "--json", "xrange", `{evenkeel:home}:events:${router}`, "-", "+")
  return JSON.parse(text) as [string, string[]][]
}

/** By the containers' clock, which is one; in seconds after the line broke. */
async function movedAfter(router: string, brokenMs: number): Promise<number> {
  const events = (await journalOf(router)).map(line => JSON.parse(line) as JournalEvent)
  const moved = events.find(event => event.type === "weights.applied" && event.shares["isp1"] === 0)
  assert.ok(moved !== undefined, `${router} has its move in its journal`)
  return (Date.parse(moved.time) - brokenMs) / 1000
}

async function breakFibre(): Promise<number> {
  return Number(await on("isp1", "sh", "-c", "iptables -t raw -I PREROUTING -j DROP && date +%s%3N"))
}

async function bothMove(brokenMs: number): Promise<void> {
  await until(
    "both routers have moved",
    isp1Is("down", share => share === 0),
    5_000,
  )
  const after = await Promise.all(ROUTERS.map(router => movedAfter(router, brokenMs)))
  const each = ROUTERS.map((router, i) => `${router} after ${after[i]?.toFixed(2)} s`)
  console.log(`✔ fibre-1 broken: isp1 is down with a share of 0 on both (${each.join(", ")})`)
}

async function bothReturn(): Promise<void> {
  await on("isp1", "iptables", "-t", "raw", "-F", "PREROUTING")
  await until(
    "both routers use it again",
    isp1Is("up", share => share > 0),
  )
  console.log("✔ fibre-1 mended: both use it again")
}

/** Each line of a client: when a connection began, and by whom it went or why it failed. */
async function connectionsOf(client: string): Promise<readonly { beganMs: number; went: string }[]> {
  const lines = linesOf(await inProject("logs", "--no-color", client))
  const parts = lines.map(line => /(\S+Z) (.*)$/.exec(line)).filter(found => found !== null)
  return parts.map(([, time = "", went = ""]) => ({ beganMs: Date.parse(time), went }))
}

async function clientsGetThrough(brokenMs: number): Promise<void> {
  for (const client of CLIENTS) {
    const since = (await connectionsOf(client)).filter(({ beganMs }) => beganMs >= brokenMs)
    const last = since.slice(-4).map(({ went }) => went)
    assert.deepEqual(last, ["isp2", "isp2", "isp2", "isp2"])
    const failures = since.filter(({ went }) => went.startsWith("failed"))
    console.log(
      `✔ ${client} gets through, over isp2: ${failures.length} of ${since.length} connections since have failed`,
    )
  }
}

async function streamIsComplete(router: string): Promise<void> {
  const hasAll = async () => (await streamOf(router)).length >= (await journalOf(router)).length
  await until(`${router} has published its journal`, hasAll)
  const own = await journalOf(router)
  const stream = await streamOf(router)
  const numbers = stream.map((_, i) => i + 1)
  assert.deepEqual(
    stream.map(([id]) => id),
    numbers.map(seq => `${seq}-0`),
  )
  const shared = stream.map(([, fields]) => fields[fields.indexOf("event") + 1] ?? "")
  assert.deepEqual(
    shared.map(line => (JSON.parse(line) as JournalEvent).seq),
    numbers,
  )
  assert.deepEqual(shared.slice(0, own.length), own)
  console.log(`✔ the stream of ${router} has each of its ${numbers.length} events once, in order`)
}

async function play(): Promise<void> {
  await inProject("up", "-d", "--no-build")
  await until("both routers use both links and know of each other", areUp)
  console.log("✔ both routers are up and know of each other")
  for (const port of [9477, 9478]) assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
  console.log("✔ both routers' pages are there, on this machine")
  const brokenMs = await breakFibre()
  await bothMove(brokenMs)
  // What clients had begun before fails within a second, and four connections are made in the next.
  await sleep(2_500)
  await clientsGetThrough(brokenMs)
  await bothReturn()
  for (const router of ROUTERS) await streamIsComplete(router)
}

async function takeDown(): Promise<void> {
  await inProject("down", "-v", "--remove-orphans", "--timeout", "2")
  // Only what bears the label of our images and lost its name to a newer one.
  await execa("docker", ["image", "prune", "--force", "--filter", "label=evenkeel=lab"])
}

// Not `once`: execa ends this process at a signal that nobody listens for any more.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void takeDown().finally(() => exit(1)))

try {
  await build()
  await play()
} catch (error) {
  if (argv.includes("--logs")) console.error(await inProject("logs", "--no-color"))
  throw error
} finally {
  await takeDown()
}
