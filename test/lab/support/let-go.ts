import { setTimeout as sleep } from "node:timers/promises"
import { expect } from "vitest"
import { startClient } from "../../../src/lab/users.ts"
import type { Scene } from "./scene.ts"
import { hold, kill, stories, used } from "./stories.ts"

const labels = ["a", "b", "c", "d"]

/**
 * isp1 dies under open connections and under streams that leave no pause in which their flows could be forgotten: isp1's
 * connections begin anew over isp2, isp2's stay, and all streams arrive from `source`, their address by isp2.
 */
export async function expectLetGo(scene: Scene, source: string): Promise<void> {
  const { lab, server } = scene
  const client = await hold(lab)
  await Promise.all(labels.map(label => startClient(lab, "udp-stream", { label, packets: 9_999, every: 20 })))
  await kill(scene, "isp1")
  await sleep(2_500)
  const told = new Set((await stories(scene, client)).map(story => story.replace("stalled ", "")))
  expect(told).toEqual(new Set(["isp1 broken isp2", "isp2"]))
  const before = await server.received()
  await sleep(1_000)
  const now = await server.received()
  for (const label of labels)
    expect(now[label]?.[source]?.packets).toBeGreaterThan((before[label]?.[source]?.packets ?? 0) + 30)
  expect(await used(scene)).toEqual(["isp2"])
}
