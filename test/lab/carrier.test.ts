import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, test } from "vitest"
import { carrierBack, carrierLoss } from "../../src/lab/faults.ts"
import { untilEvent, lastSeq } from "./support/journal.ts"
import { carriers, until } from "./support/rules.ts"
import { topologiesOfBoth, withScene, type Scene } from "./support/scene.ts"
import { watchWrites, type WriteWatch } from "./support/writes.ts"

const samples = 5

/** The kernel holds the events of an interface that flaps back for up to a second (net/core/link_watch.c). */
const quietMs = 1_500

interface Reaction {
  /** From before the port goes dark until the kernel tells that LOAD_BALANCE was rewritten. */
  readonly allMs: number
  /** The agent's part of it: from the kernel's word that the carrier is lost. */
  readonly agentMs: number
}

async function react({ lab, agent }: Scene, writes: WriteWatch): Promise<Reaction> {
  const afterSeq = lastSeq(agent)
  const told = writes.next(/eth0.*NO-CARRIER/)
  const rewritten = writes.next(new RegExp(`-${lab.family} -t mangle -D LOAD_BALANCE .*0x1/0xff`))
  const { askedMs } = await carrierLoss(lab, "isp1")
  const reaction = { allMs: (await rewritten) - askedMs, agentMs: (await rewritten) - (await told) }
  await untilEvent(agent, event => event.type === "weights.applied" && event.family === agent.family, { afterSeq })
  expect(await carriers(lab)).toEqual([2])
  await carrierBack(lab, "isp1")
  await until(async () => (await carriers(lab)).length === 2, 10_000)
  return reaction
}

describe.each(topologiesOfBoth)("carrier loss, %s", (topology, spec) => {
  test("LOAD_BALANCE is without that link a moment after", async () => {
    const health = { upAfter: "500ms", damping: { suppress: 100 } }
    await withScene(spec, { top: { health } }, async scene => {
      const writes = await watchWrites(scene.lab)
      const reactions: Reaction[] = []
      for (let i = 0; i < samples; i++) {
        await sleep(quietMs)
        reactions.push(await react(scene, writes))
      }
      const [all, agent] = [
        sorted(reactions.map(({ allMs }) => allMs)),
        sorted(reactions.map(({ agentMs }) => agentMs)),
      ]
      console.log(
        `${topology}: carrier loss to rules without the link: ${milliseconds(all)}, the agent's part ${milliseconds(agent)}`,
      )
      // The figure to hold is 100 ms for all of it; test/bench measures it. The kernel paces the link events of all
      // namespaces together, so labs that run beside this one may hold its word back for a second.
      expect(agent[2]).toBeLessThanOrEqual(500)
      expect(all[2]).toBeLessThanOrEqual(1_500)
    })
  })
})

const sorted = (times: readonly number[]) => [...times].sort((a, b) => a - b)
const milliseconds = (times: readonly number[]) => `${times.map(ms => ms.toFixed(0)).join(", ")} ms`
