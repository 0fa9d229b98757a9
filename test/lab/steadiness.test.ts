import { lastValueFrom, toArray } from "rxjs"
import { describe, expect, test } from "vitest"
import { targetDeath } from "../../src/lab/faults.ts"
import { startClient } from "../../src/lab/users.ts"
import { eventsSince, lastSeq } from "./support/journal.ts"
import { rules } from "./support/rules.ts"
import { topologies, withScene } from "./support/scene.ts"

describe.concurrent.each(topologies)("three targets by ICMP, %s", (_, spec) => {
  test.concurrent.each(["1.1.1.1", "9.9.9.9"])(
    "one of three targets, %s, is dead for 60 s: no state changes",
    async dead => {
      const probes = ["1.1.1.1", "8.8.8.8", "9.9.9.9"].map(icmp => ({ icmp }))
      await withScene(spec, { top: { probes } }, async ({ lab, agent }) => {
        const [seq, before] = [lastSeq(agent), await rules(lab)]
        const server = ["1.1.1.1", "8.8.8.8", "9.9.9.9"].find(target => target !== dead) ?? ""
        await targetDeath(lab, dead)
        const { reports$ } = await startClient(lab, "connects", { server, rate: 5, seconds: 60 })
        const attempts = await lastValueFrom(reports$.pipe(toArray()))
        expect(attempts.filter(({ ok }) => !ok)).toEqual([])
        expect(attempts).toHaveLength(300)
        expect(eventsSince(agent, seq)).toEqual([])
        expect(await rules(lab)).toBe(before)
      })
    },
  )
})
