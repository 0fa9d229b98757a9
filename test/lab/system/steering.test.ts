import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NEVER } from "rxjs"
import { expect, test } from "vitest"
import { createDisk } from "../../../src/files/disk.ts"
import { createSteering } from "../../../src/agent/steering.ts"
import type { EventDraft } from "../../../src/core/events.ts"
import type { Order } from "../../../src/core/orders.ts"
import { NO_OVERRIDES } from "../../../src/core/overrides.ts"
import { newWorld } from "../../../src/core/world.ts"
import { planOfConfig } from "../../../src/core/plan.ts"
import { run } from "../../../src/system/run.ts"
import type { Backend } from "../../../src/system/iptables.ts"
import { config } from "../../core/fixtures.ts"

/** One that iptables refuses in whatever rule: names have at most 15 characters (IFNAMSIZ of linux/if.h). */
const TOO_LONG = "an-interface-that-no-kernel-has"
const backend: Backend = { name: "nft", family: 4, save: "iptables-nft-save", restore: "iptables-nft-restore" }
const pin: Order = { do: "pin", pin: { match: { from: ["10.0.0.50"] }, use: ["isp1"], ifDown: "next", until: null } }
const worldOf = (lan: string) => newWorld(config({ lan: [lan] }), planOfConfig(config()), 0)

test("a pin that the kernel refuses changes nothing, is not kept, and the refusal is in the kernel's words", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "evenkeel-steering-"))
  const told: EventDraft[] = []
  const desk = { backend, disk: createDisk(), tell: (event: EventDraft) => void told.push(event) }
  const steering = createSteering(
    { kept: { overrides: NO_OVERRIDES, unfit: [] }, late$: NEVER },
    { desk, stateDir, config$: NEVER },
  )
  try {
    const refused = await steering.obey(pin, [worldOf(TOO_LONG)])
    expect(refused.ok).toBe(false)
    expect(refused.said).toMatch(/^the kernel refuses it: .*interface name .*must be shorter than/)
    expect([told, steering.current(), await readdir(stateDir)]).toEqual([[], NO_OVERRIDES, []])
    expect(await steering.obey(pin, [worldOf("lan0")])).toEqual({ ok: true, said: "pin1" })
  } finally {
    await rm(stateDir, { recursive: true })
  }
})

test("what is decided while the disk hangs holds at once, and is kept when the disk is back", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "evenkeel-steering-"))
  const file = join(stateDir, "overrides.json")
  await run("mkfifo", [file])
  const desk = { backend, disk: createDisk(), tell: () => undefined }
  const steering = createSteering(
    { kept: { overrides: NO_OVERRIDES, unfit: [] }, late$: NEVER },
    { desk, stateDir, config$: NEVER },
  )
  const weigh = (link: string, weight: number) =>
    steering.obey({ do: "set", override: { kind: "weight", link, weight, until: null } }, [worldOf("lan0")])
  try {
    const answers = [weigh("isp1", 20), weigh("isp2", 30)]
    expect(steering.current().weights).toMatchObject({ isp1: { weight: 20 }, isp2: { weight: 30 } })
    for (const { ok, said } of await Promise.all(answers))
      expect([ok, said]).toEqual([true, expect.stringContaining("a restart may not know of it")])
    await writeFile(file, JSON.stringify({ v: 1, drains: {}, weights: {} }))
    await desk.disk.inTurn(() => Promise.resolve())
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ weights: { isp1: {}, isp2: { weight: 30 } } })
  } finally {
    await rm(stateDir, { recursive: true })
  }
})
