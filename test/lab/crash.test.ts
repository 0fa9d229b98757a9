import { setTimeout as sleep } from "node:timers/promises"
import { lastValueFrom, toArray } from "rxjs"
import { expect, test } from "vitest"
import { configure, labConfig, startAgent, type ConfigOverrides } from "../../src/lab/agent.ts"
import type { Lab } from "../../src/lab/lab.ts"
import { startClient, startServer } from "../../src/lab/users.ts"
import { between, expectAgreement, expectComplete, journalOf, kill, startToRest } from "./support/crash.ts"
import { lastSeq } from "./support/journal.ts"
import { keepLooking } from "./support/looks.ts"
import { rules } from "./support/rules.ts"
import { threeLinks, withLab } from "./support/scene.ts"

/** Every property of IPv4 is IPv6's by construction; a few rounds tell whether that is so. */
const cases = [
  { family: 4, kills: 130 },
  { family: 6, kills: 24 },
] as const

/** `isp3` never carries anything, so that both chains that follow the plan change and yet no flow has to. */
const either: readonly ConfigOverrides[] = [
  { links: { isp1: { weight: 70 }, isp2: { weight: 30 }, isp3: { weight: 0 } } },
  { links: { isp1: { weight: 30 }, isp2: { weight: 70 }, isp3: { tier: 2, metered: true } } },
]

test.concurrent.each(cases)(
  "IPv$family, killed $kills times while starting, at rest and while rewriting for a reload: the chains are always complete and no connection fails",
  async ({ family, kills }) => {
    await withLab({ ...threeLinks, family }, async lab => {
      await startServer(lab)
      const yamls = either.map(overrides => labConfig(lab, overrides))
      const yaml = (i: number) => yamls[i % 2] ?? ""
      await kill(await startToRest(lab, yaml(0), 0))
      const endLooks = await keepLooking(lab)
      const attempting = await startClient(lab, "connects", { rate: 20, timeout: 900 })
      const told = { before: 0, after: 0 }
      for (let i = 1; i <= kills; i++) {
        const before = await rules(lab)
        await killOnce(lab, i, yaml)
        told[(await rules(lab)) === before ? "before" : "after"]++
      }
      attempting.child.kill()
      const attempts = await lastValueFrom(attempting.reports$.pipe(toArray()))
      const looks = endLooks()
      console.log(
        `IPv${family}, ${kills} kills: ${told.before} before the rules changed, ${told.after} after; ${looks.length} looks, ${attempts.length} connections`,
      )
      expectComplete(lab, looks, yamls)
      expect(attempts.filter(({ ok }) => !ok)).toEqual([])
      expect(Math.min(told.before, told.after)).toBeGreaterThan(0)
      await expectAgreement(lab, yaml(0))
    })
  },
  240_000,
)

/** By turns: at any moment of a start that has to rewrite, within a reload's rewrite, and at rest. */
async function killOnce(lab: Lab, i: number, yaml: (i: number) => string): Promise<void> {
  if (i % 2 === 0) {
    const agent = await startAgent(lab, yaml(i))
    await sleep(between(50, 700))
    return kill(agent)
  }
  const agent = await startToRest(lab, yaml(i), lastSeq(journalOf(lab)))
  if (i % 4 === 1) {
    await configure(lab, yaml(i + 1))
    agent.child.kill("SIGHUP")
    await sleep(between(0, 150))
  }
  await kill(agent)
}
