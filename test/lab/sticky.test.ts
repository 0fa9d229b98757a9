import { expect, test } from "vitest"
import { blackholeOf } from "../../src/lab/faults.ts"
import { journal, untilState } from "./support/journal.ts"
import { linksOf, mix } from "./support/mix.ts"
import { addressIn } from "./support/policy-kinds.ts"
import { carriers, until } from "./support/rules.ts"
import { threeLinks, withScene, type Scene } from "./support/scene.ts"

const clientAddresses = Array.from({ length: 200 }, (_, i) => `10.0.0.${i + 50}`)
const flows = 20

/** By source: the link that all of its 20 new flows took; more than one are joined by `+`. */
async function linksNow(scene: Scene): Promise<Readonly<Record<string, string>>> {
  const { family, server: address } = scene.lab
  const senders = clientAddresses.map(client => ({
    ...{ label: client, address, port: 9000 },
    from: addressIn(family, client),
  }))
  const mixed = await mix(scene, senders, flows)
  expect(Object.values(mixed).flatMap(byLink => Object.values(byLink))).toEqual(clientAddresses.map(() => flows))
  return linksOf(mixed)
}

/** By how many standard deviations of the binomial distribution the sources on each link are off its weight. */
function deviations(links: readonly string[]): readonly number[] {
  return [50, 30, 20].map((weight, i) => {
    const [n, p] = [links.length, weight / 100]
    return (links.filter(link => link === `isp${i + 1}`).length - n * p) / Math.sqrt(n * p * (1 - p))
  })
}

test.each([4, 6] as const)(
  "IPv%d: each of 200 sources keeps one link for its 20 flows, by weight over all, and only those of a dead link move",
  async family => {
    const top = { sticky: { by: "source", for: "10m" } }
    await withScene({ ...threeLinks, clientAddresses, family }, { top }, async scene => {
      const { lab, agent } = scene
      // A link is up some milliseconds before the rules give it flows, more of them on a busy machine, and a source's first flow decides.
      await until(async () => (await carriers(lab)).length === 3, 10_000)
      const before = await linksNow(scene)
      const off = deviations(Object.values(before))
      const told = journal(agent).flatMap(event => (event.type === "link.state" ? [`${event.link} ${event.to}`] : []))
      console.log(
        `IPv${family}: 200 sources are off 50/30/20 by ${off.map(sigma => sigma.toFixed(2)).join(", ")} σ; ${told.join(", ")}`,
      )
      // 4 σ: by chance alone one healthy run in some 5,000 is off by more at some link; with 3 σ it would be one in 130.
      expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(4)

      const down = untilState(agent, "isp1", "down")
      await blackholeOf(lab, family, "isp1")
      await down
      const after = await linksNow(scene)
      const moved = clientAddresses.filter(client => after[client] !== before[client])
      expect(moved).toEqual(clientAddresses.filter(client => before[client] === "isp1"))
      expect(new Set(moved.map(client => after[client]))).toEqual(new Set(["isp2", "isp3"]))
    })
  },
)
