import { describe, expect, test } from "vitest"
import type { Lab } from "../../src/lab/lab.ts"
import type { Tally } from "../../src/lab/traffic/report.ts"
import { runClient, startClient } from "../../src/lab/users.ts"
import { lastValueFrom, toArray } from "rxjs"
import { threeLinks, topologies, topologiesOfBoth, twoLinksIpv6, withScene, type Scene } from "./support/scene.ts"

const flows = 2_000

describe.each([
  ["two", topologies[0][1], [70, 30]],
  ["two identical", topologies[1][1], [70, 30]],
  ["two IPv6", twoLinksIpv6, [70, 30]],
  ["three", threeLinks, [50, 30, 20]],
  ["three identical", { ...threeLinks, identicalModems: true }, [50, 30, 20]],
] as const)("the split over %s modems", (_, spec, weights) => {
  test(`is ${weights.join("/")} over 2,000 new flows within 3 σ`, async () => {
    const overrides = { links: Object.fromEntries(weights.map((weight, i) => [`isp${i + 1}`, { weight }])) }
    await withScene(spec, overrides, async scene => {
      const first = await deviation(scene, weights)
      // One fair sample in a hundred is off by more at some link; two in a row mean that the split is false.
      if (first > 3) expect(await deviation(scene, weights)).toBeLessThanOrEqual(3)
    })
  })
})

/** By how many standard deviations of the binomial distribution the worst link's part of the flows is off. */
async function deviation({ lab }: Scene, weights: readonly number[]): Promise<number> {
  const tally = await runClient(lab, "flows", { count: flows })
  expect(tally).toMatchObject({ ok: flows, failed: 0 })
  const counts = lab.links.map(({ name }) => flowsOver(lab, tally, name))
  const off = weights.map((weight, i) => {
    const p = weight / 100
    return Math.abs((counts[i] ?? 0) - flows * p) / Math.sqrt(flows * p * (1 - p))
  })
  console.log(`${weights.join("/")}: ${counts.join("/")}, off by ${off.map(n => n.toFixed(2)).join(", ")} σ`)
  return Math.max(...off)
}

function flowsOver(lab: Lab, { via }: Tally, link: string): number {
  return Object.entries(via).reduce((sum, [address, count]) => sum + (lab.linkOf(address) === link ? count : 0), 0)
}

describe.each(topologiesOfBoth)("one-way UDP over %s, no fault", (_, spec) => {
  test("each flow of 200 packets arrives whole, from one address", async () => {
    await withScene(spec, {}, async ({ lab, server }) => {
      const labels = ["a", "b", "c", "d", "e"]
      const clients = labels.map(label => startClient(lab, "udp-stream", { label, packets: 200, every: 10 }))
      await Promise.all(clients.map(async client => lastValueFrom((await client).reports$.pipe(toArray()))))
      const received = await server.received()
      for (const label of labels) expect(Object.values(received[label] ?? {}).map(got => got.packets)).toEqual([200])
      console.log(`5 × 200 packets: ${labels.map(label => Object.keys(received[label] ?? {}).join("+")).join(", ")}`)
    })
  })
})
