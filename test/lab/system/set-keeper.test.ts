import { firstValueFrom, ReplaySubject, share, skip } from "rxjs"
import { beforeAll, expect, test } from "vitest"
import { viewOf } from "../../../src/core/family.ts"
import type { SetConfig } from "../../../src/core/policy-config.ts"
import { run } from "../../../src/system/run.ts"
import { keepSets } from "../../../src/system/set-keeper.ts"
import { config } from "../../core/fixtures.ts"
import { enterPrivateNetwork } from "./private-network.ts"
import { asNetworks, NO_NETWORKS } from "../../../src/core/networks.ts"

beforeAll(enterPrivateNetwork)

const ipset = async (...args: readonly string[]) => (await run("ipset", args)).stdout

function keeper(set: SetConfig) {
  const told: string[] = []
  const { look, arrivals$ } = keepSets(error => told.push(String(error)))
  return { look: () => look(viewOf(config({ sets: [set] }), 4)), arrivals$, told }
}

test.concurrent(
  "a set of somebody else's that comes later is seen by itself, and its absence was told once",
  async () => {
    const { look, arrivals$, told } = keeper({ kind: "external", name: "video", ipsets: { 4: "theirs", 6: null } })
    expect((await look()).sets).toMatchObject([{ ipsets: { 4: null } }])
    await look()
    expect(told).toEqual([expect.stringMatching(/^ipset theirs is not there/)])
    const come = firstValueFrom(arrivals$)
    await ipset("create", "theirs", "hash:ip")
    await come
    expect((await look()).sets).toMatchObject([{ ipsets: { 4: "theirs" } }])
    expect(told).toHaveLength(1)
  },
)

test.concurrent(
  "a set of ours that could not be had is filled once it can, and the trouble was told once",
  async () => {
    const networks = { 4: asNetworks(["9.9.9.0/24"]), 6: NO_NETWORKS }
    const { look, arrivals$, told } = keeper({ kind: "owned", name: "mail", networks })
    await ipset("create", "evenkeel4-mail", "hash:ip")
    await look()
    const tried$ = arrivals$.pipe(share({ connector: () => new ReplaySubject(2) }))
    const come = firstValueFrom(tried$.pipe(skip(1)))
    await firstValueFrom(tried$)
    await look()
    expect(told).toEqual([expect.stringContaining("of a kind that evenkeel does not make")])
    await ipset("destroy", "evenkeel4-mail")
    await come
    expect(await ipset("save", "evenkeel4-mail")).toContain("add evenkeel4-mail 9.9.9.0/24")
    expect(told).toHaveLength(1)
  },
)
