import { mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NEVER } from "rxjs"
import { expect, test } from "vitest"
import { createSteering } from "../../../src/agent/steering.ts"
import type { EventDraft } from "../../../src/core/events.ts"
import type { Order } from "../../../src/core/orders.ts"
import { NO_OVERRIDES } from "../../../src/core/overrides.ts"
import { newWorld } from "../../../src/core/world.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import type { Backend } from "../../../src/system/iptables.ts"
import { config } from "../../core/fixtures.ts"

/** iptables takes names of at most 15 characters: IFNAMSIZ of linux/if.h. */
const TOO_LONG = "an-interface-that-no-kernel-has"
const backend: Backend = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" }
const pinTo = (device: string): Order => ({
  do: "pin",
  pin: { match: { in: device }, use: ["isp1"], ifDown: "next", until: null },
})

test("a pin that the kernel refuses changes nothing, is not kept, and the refusal is in the kernel's words", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "evenkeel-steering-"))
  const told: EventDraft[] = []
  const desk = { backend, tell: (event: EventDraft) => void told.push(event) }
  const steering = createSteering({ overrides: NO_OVERRIDES, unfit: [] }, { desk, stateDir, config$: NEVER })
  const here = config({ lan: ["lan0", TOO_LONG] })
  const worlds = [newWorld(here, planOfConfig(here), 0)]
  try {
    const refused = await steering.obey(pinTo(TOO_LONG), worlds)
    expect(refused.ok).toBe(false)
    expect(refused.said).toMatch(/^the kernel refuses it: .*interface name .*must be shorter than/)
    expect([told, steering.current(), await readdir(stateDir)]).toEqual([[], NO_OVERRIDES, []])
    expect(await steering.obey(pinTo("lan0"), worlds)).toEqual({ ok: true, said: "pin1" })
  } finally {
    await rm(stateDir, { recursive: true })
  }
})
