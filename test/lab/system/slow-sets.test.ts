import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { env } from "node:process"
import { concatMap, lastValueFrom, Subject, takeUntil, toArray } from "rxjs"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { LinkStateName } from "../../../src/core/link-state.ts"
import { asNetworks, NO_NETWORKS } from "../../../src/core/networks.ts"
import { planOfConfig, weigh } from "../../../src/core/plan.ts"
import type { OwnedSet, PolicyConfig } from "../../../src/core/policy-config.ts"
import { chainOf, parseSaved } from "../../../src/core/saved.ts"
import type { Wanted } from "../../../src/core/wanted.ts"
import { createEnforcer } from "../../../src/system/enforce.ts"
import { save, type Backend } from "../../../src/system/iptables.ts"
import { run } from "../../../src/system/run.ts"
import { config, states } from "../../core/fixtures.ts"
import { until } from "../support/rules.ts"
import { enterPrivateNetwork } from "./private-network.ts"

const backend: Backend = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" }
const usualPath = env["PATH"] ?? ""

let tools: string
let stop$: Subject<void>

beforeEach(async () => {
  await enterPrivateNetwork()
  tools = await mkdtemp(join(tmpdir(), "evenkeel-"))
  stop$ = new Subject()
})

afterEach(async () => {
  stop$.next()
  env["PATH"] = usualPath
  await rm(tools, { recursive: true })
})

/** From now on each filling of a set takes so long. */
async function fillSlowly(seconds: number): Promise<void> {
  const program = join(tools, "ipset")
  await writeFile(program, `#!/bin/sh\nPATH=${usualPath}\n[ "$1" = restore ] && sleep ${seconds}\nexec ipset "$@"\n`)
  await chmod(program, 0o755)
  env["PATH"] = `${tools}:${usualPath}`
}

const owned = (name: string, network: string): OwnedSet => ({
  kind: "owned",
  name,
  networks: { 4: asNetworks([network]), 6: NO_NETWORKS },
})

const policy = (set: string): PolicyConfig => ({
  name: set,
  match: { from: [], to: [], proto: [], sport: [], dport: [], set, dscp: null, in: null },
  use: { kind: "order", links: ["isp1"] },
  ifDown: "block",
})

function wanted(set: OwnedSet, ...names: readonly LinkStateName[]): Wanted {
  const held = config({ sets: [set], policies: [policy(set.name)] })
  return { config: held, plan: weigh(held, states(...names), planOfConfig(held)) }
}

/** As the agent after a start or a reload: it also enforces again what it last did whenever sets have come. */
function begun() {
  const { enforce, setsCome$, isInSync } = createEnforcer(
    backend,
    () => undefined,
    () => null,
  )
  let latest: Wanted
  const told: string[] = []
  const write = async (wanted: Wanted) => {
    latest = wanted
    for (const { type } of await lastValueFrom(enforce(wanted).pipe(toArray()))) told.push(type)
  }
  const again$ = setsCome$.pipe(concatMap(() => write(latest)))
  again$.pipe(takeUntil(stop$)).subscribe()
  return { write, told, isInSync }
}

const chain = async (name: string) => chainOf(parseSaved(await save(backend, "mangle")), "mangle", name)
const sets = async () => (await run("ipset", ["list", "-n"])).stdout.split("\n").filter(Boolean)
const entries = async (name: string) =>
  (await run("ipset", ["save", name])).stdout.split("\n").filter(line => line.startsWith("add "))
const BY_ISP2 = ["-m mark --mark 0x0/0xff -j MARK --set-xmark 0x2/0xff"]
const VIDEO = owned("video", "192.0.2.0/24")
const MAIL = owned("mail", "198.51.100.0/24")

/** Rules and set of an agent that has settled. */
async function settle(set: OwnedSet): Promise<void> {
  const { write, isInSync } = begun()
  await write(wanted(set, "up", "up"))
  await until(() => Promise.resolve(isInSync()), 5_000)
  stop$.next()
}

test("at a start the rules come with the sets that they ask", async () => {
  await fillSlowly(0.5)
  const { write, told } = begun()
  await write(wanted(VIDEO, "up", "up"))
  expect(await chain("LOAD_BALANCE")).toBeUndefined()
  await until(async () => (await chain("LOAD_BALANCE")) !== undefined, 5_000)
  expect(await chain("EVENKEEL_NEW")).toContainEqual(expect.stringContaining("--match-set evenkeel4-video dst"))
  expect(told).toEqual(["weights.applied"])
})

test("at a start the rules wait for sets a moment and no longer, and are completed when these come", async () => {
  await fillSlowly(4)
  const { write, told } = begun()
  await write(wanted(VIDEO, "up", "up"))
  await until(async () => (await chain("LOAD_BALANCE")) !== undefined, 3_500)
  expect(await sets()).toEqual([])
  expect(await chain("EVENKEEL_NEW")).toHaveLength(1)
  await until(async () => (await chain("EVENKEEL_NEW"))?.length === 2, 5_000)
  expect(told).toEqual(["weights.applied", "weights.applied"])
})

test("a link that dies while a new set is being filled is left at once, and the set's policy follows", async () => {
  await settle(VIDEO)
  await fillSlowly(1.5)
  const { write, told } = begun()
  await write(wanted(MAIL, "up", "up"))
  expect(await chain("EVENKEEL_NEW")).toContainEqual(expect.stringContaining("evenkeel4-video"))
  await write(wanted(MAIL, "down", "up"))
  expect(await chain("LOAD_BALANCE")).toEqual(BY_ISP2)
  expect(await sets()).toEqual(["evenkeel4-video"])
  await until(async () => (await sets()).join() === "evenkeel4-mail", 5_000)
  expect(await chain("EVENKEEL_NEW")).toContainEqual(expect.stringContaining("evenkeel4-mail"))
  expect(told).toEqual(["weights.applied", "weights.applied"])
})

test("a set that changes is filled beside the rules, which ask what it held until then", async () => {
  await settle(VIDEO)
  await fillSlowly(1)
  const { write, isInSync } = begun()
  await write(wanted(owned("video", "203.0.113.0/24"), "down", "up"))
  expect(isInSync()).toBe(true)
  expect(await chain("LOAD_BALANCE")).toEqual(BY_ISP2)
  expect(await entries("evenkeel4-video")).toEqual(["add evenkeel4-video 192.0.2.0/24"])
  await until(async () => (await entries("evenkeel4-video"))[0] === "add evenkeel4-video 203.0.113.0/24", 5_000)
})

test("a filling that an earlier configuration began is over before the next one begins", async () => {
  await settle(VIDEO)
  await fillSlowly(1)
  const earlier = begun()
  await earlier.write(wanted(owned("video", "198.51.100.0/24"), "up", "up"))
  stop$.next()
  const later = begun()
  await later.write(wanted(owned("video", "203.0.113.0/24"), "up", "up"))
  await until(async () => (await entries("evenkeel4-video"))[0] === "add evenkeel4-video 203.0.113.0/24", 5_000)
  await until(async () => (await sets()).length === 1, 5_000)
  expect(await entries("evenkeel4-video")).toEqual(["add evenkeel4-video 203.0.113.0/24"])
})
